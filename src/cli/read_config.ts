/**
 * Reads and loads the config that a command line names.
 *
 * @module
 */
import type { Diagnostic } from "../config/diagnostics.ts";
import {
  ConfigDocuments,
  formatDiagnostics,
  loadDocuments,
  type LoadResult,
} from "../config/load.ts";
import type { Reach } from "../config/load.ts";
import type { Plan } from "../config/plan.ts";
import { SourceMap, SourceText } from "../config/source_text.ts";
import { loadBuiltins } from "../detect/builtin_modules.ts";
import { Registry } from "../detect/registry.ts";
import { errorCode, errorText, PassthruError } from "../errors.ts";
import { readFiles, type ReadFilesOptions } from "./config_files.ts";
import { type ConfigPlaces, NO_PLACES } from "./config_places.ts";
import { type OpenModules, openModules } from "./detector_modules.ts";
import { UsageError } from "./command.ts";
import type { Output } from "./output.ts";
import { scopeFlags } from "./permissions.ts";

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
  /** What files with bounds may come to name as targets. */
  readonly reach: Reach;
  /** How many expectations it has; those that failed are in the diagnostics. */
  readonly expectations: number;
  /** Why it could not be read at all. */
  readonly problem?: string;
}

/** A config that can be served. */
export interface LoadedConfig extends LoadedFile {
  readonly plan: Plan;
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
}

/**
 * Loads the config and prints all that was found about it.
 *
 * @param path As given to `-c`; `-` is standard input.
 * @returns `null` when it cannot be used.
 * @throws {UsageError} When no config is named.
 */
export async function readConfig(
  path: string | undefined,
  output: Output,
  options: ReadOptions = {},
): Promise<LoadedConfig | null> {
  if (path === undefined) {
    throw new UsageError([
      'No config: expected a file, such as "passthru.jsonc"',
    ]);
  }
  const loaded = await loadFile(path, options);
  const { file, plan, source, diagnostics, problem } = loaded;
  if (problem !== undefined) output.err(`${problem}\n`);
  if (diagnostics.length > 0) {
    output.err(formatDiagnostics(source, diagnostics) + "\n");
  }
  if (plan !== null) return { ...loaded, plan };
  const errors = diagnostics.filter((d) => d.severity === "error").length;
  loaded[Symbol.dispose]();
  if (errors > 0) {
    const { expectations } = loaded;
    // They are tried only when nothing else is wrong.
    const held = expectations > 0
      ? `; ${expectations - errors} of ${expectations} expectations held`
      : "";
    output.err(`${file}: ${errors} error${errors === 1 ? "" : "s"}${held}\n`);
  }
  return null;
}

/**
 * Reads and loads a config file; `-` is standard input.
 *
 * @throws {PassthruError} `missing_permissions`: Deno does not permit it.
 */
export async function loadFile(
  path: string,
  { expect = true, named = false, onPlaces }: ReadOptions = {},
): Promise<LoadedFile> {
  const file = path === "-" ? "<stdin>" : path;
  try {
    const documents = new ConfigDocuments(file, await readBytes(path));
    const places = await readFiles(documents, file, { onPlaces });
    const opened = await openModules(documents);
    const loaded = await loadWith(documents, opened, named);
    const failed = expect ? await failedExpectations(loaded) : [];
    return {
      ...loaded,
      file,
      places,
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
      reach: { net: [], sockets: [], unnamed: [] },
      expectations: 0,
      problem: `Cannot read config "${path}": ${errorText(error)}`,
      [Symbol.dispose]: () => {},
    };
  }
}

/** Loads a config with the detectors that it may name, or does name. */
async function loadWith(
  documents: ConfigDocuments,
  opened: OpenModules,
  named: boolean,
): Promise<LoadResult> {
  if (named) {
    const words = documents.all.flatMap(({ source }) =>
      source.text.match(/\b[A-Z][A-Z0-9_]*\b/g) ?? []
    );
    const registry = new Registry(await loadBuiltins(words));
    const loaded = loadDocuments(documents, registry, opened);
    // What is said of a config may tell of other detectors.
    if (loaded.diagnostics.length === 0) return loaded;
  }
  const { BUILTINS } = await import("../detect/builtins.ts");
  const { DATAGRAM_BUILTINS } = await import("../detect/datagram_builtins.ts");
  const registry = new Registry([...BUILTINS, ...DATAGRAM_BUILTINS]);
  return loadDocuments(documents, registry, opened);
}

/** As what it calls, which is loaded when there are expectations. */
async function failedExpectations(loaded: LoadResult): Promise<Diagnostic[]> {
  if (loaded.expectations.length === 0) return [];
  const { failedExpectations } = await import("../explain/expectations.ts");
  return failedExpectations(loaded);
}

async function readBytes(path: string): Promise<Uint8Array> {
  return path === "-"
    ? new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer())
    : await Deno.readFile(path);
}
