/**
 * The worker: a Server under the permissions of its Plan.
 *
 * @module
 */
import { BUILTINS } from "./detect/builtins.ts";
import { Registry } from "./detect/registry.ts";
import { serveInWorker } from "./proxy/worker_side.ts";

serveInWorker(new Registry(BUILTINS));
