/**
 * Paths of the files that a config is made of.
 *
 * @module
 */
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { ConfigPlaces } from "./config_places.ts";

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
