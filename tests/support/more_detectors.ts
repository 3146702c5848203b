/** The real program and its worker, with detectors of the test's own. */
import { denoJson } from "./deno_json.ts";
import { PASSTHRU, ROOT } from "./process.ts";

const BUILTINS = new URL("../../src/detect/builtins.ts", import.meta.url).href;
/** Loads the modules of the built-in detectors alone. */
const WORKER = new URL("../../src/worker.ts", import.meta.url).href;
const WORKER_OF_ALL = new URL("./worker_of_all.ts", import.meta.url).href;

/**
 * A command line for `startPassthru` that runs main.ts as users do, but for an
 * import map that puts a module of the test in the place of builtins.ts.
 *
 * @param folder Where the import map is written.
 * @param module Exports `BUILTINS`. What it imports from builtins.ts itself is
 * the real one.
 */
export async function withDetectors(
  folder: string,
  module: URL,
): Promise<string[]> {
  const { imports: mapped } = await denoJson();
  const imports = Object.entries(mapped).map((
    [name, to],
  ) => [name, to.startsWith("./") ? `file://${ROOT}${to.slice(2)}` : to]);
  const map = `${folder}/import_map.json`;
  await Deno.writeTextFile(
    map,
    JSON.stringify({
      imports: {
        ...Object.fromEntries(imports),
        [BUILTINS]: module.href,
        [WORKER]: WORKER_OF_ALL,
      },
      scopes: { [new URL(".", module).href]: { [BUILTINS]: BUILTINS } },
    }),
  );
  return [...PASSTHRU.slice(0, -1), `--import-map=${map}`, PASSTHRU.at(-1)!];
}
