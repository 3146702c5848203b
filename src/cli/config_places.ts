/**
 * Where the files are that a config is made of, beside the config file itself.
 *
 * @module
 */
import { dirname, isAbsolute, join, resolve } from "node:path";

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

/**
 * Where a file is that a config names.
 *
 * @param config The file that names it, as given to `-c` or `<stdin>`; a relative
 * path begins at its folder, or at the current one for standard input.
 */
export function placeBeside(path: string, config: string): string {
  return isAbsolute(path) ? path : join(dirname(config), path);
}

/** The same places, whatever the current folder is. */
export function absolutePlaces(
  { files, patterns }: ConfigPlaces,
): ConfigPlaces {
  return {
    files: files.map((file) => resolve(file)),
    patterns: patterns.map(({ folder, pattern }) => ({
      folder: resolve(folder),
      pattern,
    })),
  };
}

/** What is to be readable: files, and the folders of patterns. */
export function readScopes({ files, patterns }: ConfigPlaces): string[] {
  return [...new Set([...patterns.map(({ folder }) => folder), ...files])];
}
