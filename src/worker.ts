/**
 * The worker: a Server under the permissions of its Plan, with the detectors that
 * the Plan names.
 *
 * @module
 */
import { serveInWorker } from "./control/worker_side.ts";
import { builtIn, exportedDetector } from "./detect/built_in.ts";
import { guardedDetector } from "./detect/guarded.ts";
import { Registry } from "./detect/registry.ts";
import type { LoadedBuiltin, LoadedModule } from "./modules/module_entry.ts";

/** Starts the worker. */
export default function start(
  modules: readonly LoadedModule[],
  builtins: readonly LoadedBuiltin[],
): void {
  serveInWorker(
    new Registry([
      ...builtIn(
        builtins.map(({ name, exported }) => exportedDetector(name, exported)),
      ),
      ...modules.map(({ name, exported }) => guardedDetector(name, exported)),
    ]),
  );
}
