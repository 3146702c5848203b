/**
 * A judge of the routes that a program would write into a file which a config
 * includes with bounds.
 *
 * @module
 */
import { basename, dirname, resolve } from "node:path";
import { fitsPattern } from "../../config/include/file_pattern.ts";
import { RouteJudge } from "../../config/include/judge.ts";
import {
  type ConfigDocuments,
  formatDiagnostics,
  type IncludeEntry,
  loadDocuments,
  refuseFiles,
} from "../../config/load.ts";
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import { Registry } from "../../detect/registry.ts";
import { placeBeside } from "../file_paths.ts";
import { openModules } from "../detector_modules.ts";

/** What a judge is for. */
interface JudgeOptions {
  /** The config as given to `-c`; no standard input. */
  readonly config: string;
  /** The file that the routes are for. */
  readonly out: string;
  /** The texts that other files with bounds had when they were good. */
  readonly served: ReadonlyMap<string, string>;
}

/**
 * The judge of the routes for one of the files that a config includes.
 *
 * @param documents The config with all other files.
 * @returns In words, if the config has errors, or does not include the file with
 * bounds: lines for people.
 */
export async function routeJudge(
  documents: ConfigDocuments,
  { config, out, served }: JudgeOptions,
): Promise<RouteJudge | string> {
  if (documents.main.root === null) {
    return formatDiagnostics(documents.sources, documents.diagnostics);
  }
  const entry = entryFor(out, documents, config);
  const example =
    `{ "files": "${out}", "within": { "listeners": [":443"], "to": ["10.0.0.0/8"] } }`;
  if (entry === undefined) {
    return `Config "${config}" does not include "${out}": expected an entry of "include" such as ${example}`;
  }
  if (entry.within === null) {
    return `${
      documents.sources.place(entry.span.offset)
    }: Config includes "${out}" without "within": expected the listeners, targets and names that it may add, such as ${example}`;
  }
  const registry = new Registry([...BUILTINS, ...DATAGRAM_BUILTINS]);
  using opened = await openModules(documents);
  const { attempt: used } = await refuseFiles(documents, {
    attempt: (some) => {
      const { source, diagnostics } = loadDocuments(some, registry, opened);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      return { documents: some, source, errors };
    },
    served,
  });
  const judge = RouteJudge.of(used.documents, registry, {
    ...opened,
    entry: entryFor(out, used.documents, config)!,
  });
  return judge instanceof RouteJudge
    ? judge
    : formatDiagnostics(used.documents.sources, judge);
}

/** The entry of a config's `include` that a file is one of. */
export function entryFor(
  file: string,
  { entries }: ConfigDocuments,
  config: string,
): IncludeEntry | undefined {
  return entries.find((each) => isOf(file, each, config));
}

/** Whether a file is one of an entry. */
function isOf(
  file: string,
  { files, isPattern }: IncludeEntry,
  config: string,
): boolean {
  const place = placeBeside(files, config);
  if (!isPattern) return resolve(place) === resolve(file);
  return resolve(dirname(place)) === resolve(dirname(file)) &&
    fitsPattern(basename(file), basename(place));
}
