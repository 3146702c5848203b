/**
 * The worker that serves datagrams, under the permissions that they take. No code
 * of users runs in it.
 *
 * @module
 */
import { serveDatagramsInWorker } from "./control/datagram_worker_side.ts";
import { DATAGRAM_BUILTINS } from "./detect/datagram_builtins.ts";
import { Registry } from "./detect/registry.ts";

serveDatagramsInWorker(new Registry(DATAGRAM_BUILTINS));
