/**
 * Where the files are that a config is made of, beside the config file itself.
 *
 * @module
 */
/** Files of a folder whose names fit a pattern. */
export interface FilePattern {
  /** The folder. */
  readonly folder: string;
  /** The pattern of their names: `*.jsonc`. */
  readonly pattern: string;
}

/** The files that a config names, and the patterns of files. */
export interface ConfigPlaces {
  readonly files: readonly string[];
  readonly patterns: readonly FilePattern[];
}

/** Those of a config that names none. */
export const NO_PLACES: ConfigPlaces = Object.freeze({
  files: [],
  patterns: [],
});

/** What is to be readable: files, and the folders of patterns. */
export function readScopes({ files, patterns }: ConfigPlaces): string[] {
  return [...new Set([...patterns.map(({ folder }) => folder), ...files])];
}
