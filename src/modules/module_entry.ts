/**
 * The entry of a worker that holds detector modules.
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

/**
 * The URL of a module that imports detector modules and hands them to `start`.
 *
 * The imports are static: the runtime loads them before the worker's own
 * permissions hold, so the worker needs no permission to read.
 *
 * @param start A module whose default export takes the
 * {@linkcode LoadedModule}s.
 */
export function moduleEntry(
  start: URL,
  modules: readonly DetectorModule[],
): URL {
  const imports = modules.map(({ url }, i) =>
    `import * as m${i} from ${JSON.stringify(url)};`
  );
  const loaded = modules.map(({ name }, i) =>
    `{ name: ${JSON.stringify(name)}, exported: m${i}.default }`
  );
  const source = [
    `import start from ${JSON.stringify(start.href)};`,
    ...imports,
    `start([${loaded.join(", ")}]);`,
  ].join("\n");
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
