/**
 * The entry of a worker that holds detectors.
 *
 * @module
 */

/** A module with a detector. */
export interface DetectorModule {
  /** The detector's name in the config. */
  readonly name: string;
  /** Where the module is: a `file:` URL. */
  readonly url: string;
}

/** A module that was loaded. */
export interface LoadedModule {
  /** The detector's name in the config. */
  readonly name: string;
  /** What the module exports as its default. */
  readonly exported: unknown;
}

/** A module with a built-in detector that was loaded. */
export interface LoadedBuiltin {
  readonly name: string;
  /** All that the module exports. */
  readonly exported: object;
}

/** Options of {@linkcode moduleEntry}. */
export interface EntryOptions {
  /** Modules with built-in detectors. Default: none. */
  readonly builtins?: readonly DetectorModule[];
}

/**
 * The URL of a module that imports detector modules and hands them to `start`.
 *
 * The imports are static: the runtime loads them before the worker's own
 * permissions hold, so the worker needs no permission to read.
 *
 * @param start A module whose default export takes the
 * {@linkcode LoadedModule}s, and the {@linkcode LoadedBuiltin}s if there are
 * any; or one that starts without them, and has no default export.
 */
export function moduleEntry(
  start: URL,
  modules: readonly DetectorModule[],
  { builtins = [] }: EntryOptions = {},
): URL {
  const source = [
    `import * as start from ${JSON.stringify(start.href)};`,
    ...modules.map(importAs("m")),
    ...builtins.map(importAs("b")),
    `start.default?.(${list(modules, (i) => `m${i}.default`)}, ${
      list(builtins, (i) => `b${i}`)
    });`,
  ].join("\n");
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

function importAs(letter: string) {
  return ({ url }: DetectorModule, i: number) =>
    `import * as ${letter}${i} from ${JSON.stringify(url)};`;
}

function list(
  modules: readonly DetectorModule[],
  exported: (i: number) => string,
): string {
  const loaded = modules.map(({ name }, i) =>
    `{ name: ${JSON.stringify(name)}, exported: ${exported(i)} }`
  );
  return `[${loaded.join(", ")}]`;
}
