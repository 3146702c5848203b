/**
 * Loads a config file with the files that it names, without printing.
 *
 * @module
 */
import type { Diagnostic } from "../config/diagnostics.ts";
import {
  type Attempt,
  ConfigDocuments,
  loadDocuments,
  type LoadResult,
  type Reach,
  type RefusedFile,
  refuseFiles,
} from "../config/load.ts";
import type { Plan } from "../config/plan.ts";
import { SourceMap, SourceText } from "../config/source_text.ts";
import { loadBuiltins } from "../detect/builtin_modules.ts";
import { Registry } from "../detect/registry.ts";
import { errorCode, errorText, PassthruError } from "../errors.ts";
import type { ReadFilesOptions } from "./config_files.ts";
import { type ConfigPlaces, NO_PLACES } from "./config_places.ts";
import type { OpenModules } from "./detector_modules.ts";
import { requireSources, scopeFlags } from "./permissions.ts";

/**
 * A config file that was read, if it could be. To be disposed when its registry
 * is not needed any more: the detectors of modules end then.
 */
export interface LoadedFile extends Disposable {
  /** The file, as messages show it. */
  readonly file: string;
  /** `null`: it cannot be served. */
  readonly plan: Plan | null;
  /** The detectors that it may name, its own among them. */
  readonly registry: Registry;
  readonly source: SourceMap;
  /** Where the files are that it names. */
  readonly places: ConfigPlaces;
  readonly diagnostics: readonly Diagnostic[];
  /** Files with bounds that are not used as they are, because of errors. */
  readonly refused: readonly RefusedFile[];
  /** What files with bounds may come to name as targets. */
  readonly reach: Reach;
  /** How many expectations it has; those that failed are in the diagnostics. */
  readonly expectations: number;
  /** Why it could not be read at all. */
  readonly problem?: string;
}

/** What reading a config may be told. */
export interface ReadOptions {
  /**
   * Whether a config is refused whose own expectations fail. Default: `true`.
   */
  readonly expect?: boolean;
  /** As {@linkcode ReadFilesOptions} has it. */
  readonly onPlaces?: ReadFilesOptions["onPlaces"] | undefined;
  /**
   * Whether the registry may lack built-in detectors that the config does not
   * name, which need not be loaded then. Default: `false`.
   */
  readonly named?: boolean;
  /**
   * The texts that are served now, by file: one with bounds that has errors stays
   * as it is served. Default: nothing is.
   */
  readonly served?: ReadonlyMap<string, string>;
  /**
   * What the process lacks to serve a Plan, in words; `null`: nothing. A file
   * with bounds that needs it is refused. Default: it lacks nothing.
   */
  readonly lacks?: (
    plan: Plan,
    places: ConfigPlaces,
  ) => Promise<string | null>;
}

/**
 * Reads and loads a config file; `-` is standard input.
 *
 * @throws {PassthruError} `missing_permissions`: Deno does not permit it.
 */
export async function loadFile(
  path: string,
  options: ReadOptions = {},
): Promise<LoadedFile> {
  const file = path === "-" ? "<stdin>" : path;
  const { onPlaces, served } = options;
  try {
    const documents = new ConfigDocuments(file, await readBytes(path));
    const places = await readFiles(documents, file, { onPlaces, served });
    const opened = await openModules(documents);
    const { attempt: { loaded, failed }, refused } = await refuseFiles(
      documents,
      { attempt: (some) => tryWith(some, { opened, places, options }), served },
    );
    return {
      ...loaded,
      file,
      places,
      refused,
      plan: failed.length > 0 ? null : loaded.plan,
      diagnostics: [...loaded.diagnostics, ...failed]
        .sort((a, b) => a.span.offset - b.span.offset),
      expectations: loaded.expectations.length,
      [Symbol.dispose]: () => opened[Symbol.dispose](),
    };
  } catch (error) {
    if (errorCode(error) === "NOT_CAPABLE") {
      const flag = scopeFlags({ net: [], read: [path] }).join("");
      throw new PassthruError(
        `Cannot read config "${path}": not permitted by the Deno permissions, run with ${flag}`,
        { code: "missing_permissions", source: "config", cause: error },
      );
    }
    if (error instanceof PassthruError) throw error;
    return {
      file,
      registry: new Registry(),
      plan: null,
      source: new SourceMap(new SourceText(file, "")),
      places: NO_PLACES,
      diagnostics: [],
      refused: [],
      reach: { net: [], sockets: [], unnamed: [] },
      expectations: 0,
      problem: `Cannot read config "${path}": ${errorText(error)}`,
      [Symbol.dispose]: () => {},
    };
  }
}

/** As what it calls, which is loaded when there are files to read. */
async function readFiles(
  documents: ConfigDocuments,
  file: string,
  options: ReadFilesOptions,
): Promise<ConfigPlaces> {
  if (documents.entries.length > 0 || documents.values().length > 0) {
    const { readFiles } = await import("./config_files.ts");
    return await readFiles(documents, file, options);
  }
  await options.onPlaces?.(NO_PLACES);
  documents.giveValues(({ path }) => {
    throw new TypeError(`"${path}" is none of the files`);
  });
  return NO_PLACES;
}

/** As what it calls, which is loaded when there are modules to open. */
async function openModules(documents: ConfigDocuments): Promise<OpenModules> {
  if (documents.modules().length > 0) {
    const { openModules } = await import("./detector_modules.ts");
    return await openModules(documents);
  }
  return { modules: new Map(), [Symbol.dispose]: () => {} };
}

/** What trying a config with some of its files needs. */
interface Trying {
  readonly opened: OpenModules;
  readonly places: ConfigPlaces;
  readonly options: ReadOptions;
}

/** A config with some of its files, loaded and tested. */
interface Tried extends Attempt {
  readonly loaded: LoadResult;
  /** The expectations that failed. */
  readonly failed: readonly Diagnostic[];
}

async function tryWith(
  documents: ConfigDocuments,
  { opened, places, options }: Trying,
): Promise<Tried> {
  const { expect = true, named = false, lacks } = options;
  const loaded = await loadWith(documents, opened, named);
  const failed = expect ? await failedExpectations(loaded) : [];
  const { plan, source, diagnostics } = loaded;
  const errors = [...diagnostics, ...failed]
    .filter(({ severity }) => severity === "error");
  const lacking = plan && documents.refusables.length > 0 &&
    await lacks?.(plan, places);
  if (lacking) {
    const span = { offset: 0, length: 1 };
    errors.push({ severity: "error", message: lacking, span });
  }
  return { documents, source, errors, loaded, failed };
}

/** Loads a config with the detectors that it may name, or does name. */
async function loadWith(
  documents: ConfigDocuments,
  opened: OpenModules,
  named: boolean,
): Promise<LoadResult> {
  requireSources();
  if (named) {
    const words = documents.all.flatMap(({ source }) =>
      source.text.match(/\b[A-Z][A-Z0-9_]*\b/g) ?? []
    );
    const registry = new Registry(await loadBuiltins(words));
    const loaded = loadDocuments(documents, registry, opened);
    // What is said of a name that is not known may tell of other detectors.
    const isGood = loaded.diagnostics.every(({ severity }) =>
      severity !== "error"
    );
    if (isGood) return loaded;
  }
  const { ALL_BUILTINS }: typeof import("../detect/all_builtins.ts") =
    await import(new URL("../detect/all_builtins.ts", import.meta.url).href);
  return loadDocuments(documents, new Registry(ALL_BUILTINS), opened);
}

/** As what it calls, which is loaded when there are expectations. */
async function failedExpectations(loaded: LoadResult): Promise<Diagnostic[]> {
  if (loaded.expectations.length === 0) return [];
  const { failedExpectations }: typeof import("../explain/expectations.ts") =
    await import(new URL("../explain/expectations.ts", import.meta.url).href);
  return failedExpectations(loaded);
}

async function readBytes(path: string): Promise<Uint8Array> {
  return path === "-"
    ? new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer())
    : await Deno.readFile(path);
}
