/**
 * Opens the detector modules that a config names.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConfigDocuments, OpenedModule } from "../config/load.ts";
import { errorText } from "../errors.ts";
import { moduleDigest } from "../modules/module_digest.ts";
import { openSandbox, type Sandbox } from "../modules/sandbox.ts";

/** Detector modules in their sandboxes, until they are disposed. */
export interface OpenModules extends Disposable {
  /** By the detector's name; what could not be opened says why. */
  readonly modules: ReadonlyMap<string, OpenedModule>;
}

/**
 * Opens all detector modules of a config. A module's path is relative to the
 * folder of the file that names it, or to the current one for standard input.
 */
export async function openModules(
  config: ConfigDocuments,
): Promise<OpenModules> {
  const sandboxes: Sandbox[] = [];
  const modules = new Map<string, OpenedModule>();
  await Promise.all(
    config.modules().map(async (reference) => {
      try {
        const url = moduleUrl(reference.path, reference.from);
        const digest = await moduleDigest(url);
        const plan = { name: reference.name, url: url.href, digest };
        const sandbox = await openSandbox(plan);
        sandboxes.push(sandbox);
        modules.set(reference.name, { plan, detector: sandbox.detector });
      } catch (error) {
        modules.set(reference.name, { problem: errorText(error) });
      }
    }),
  );
  return {
    modules,
    [Symbol.dispose]: () => sandboxes.forEach((sandbox) => sandbox.close()),
  };
}

function moduleUrl(module: string, config: string): URL {
  return pathToFileURL(resolve(dirname(config), module));
}
