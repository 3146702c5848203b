/** The worker with all built-in detectors, whatever its Plan names. */
import { serveInWorker } from "../../src/control/worker_side.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

serveInWorker(new Registry(BUILTINS));
