/**
 * The worker: a Server under the permissions of its Plan.
 *
 * @module
 */
import { serveInWorker } from "./control/worker_side.ts";
import { BUILTINS } from "./detect/builtins.ts";
import { Registry } from "./detect/registry.ts";

serveInWorker(new Registry(BUILTINS));
