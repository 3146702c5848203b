/**
 * What an importer is: from the file of another program to a config.
 *
 * @module
 */
import type { SourceText } from "../config/diagnostics.ts";
import type { ImportedConfig } from "./imported_config.ts";
import { comparePlaces, type Origin, type Problem } from "./origin.ts";

/** The formats that can be imported. */
export const FORMATS = [
  "sslh",
  "nginx",
  "haproxy",
  "caddy",
  "traefik",
] as const;

/** The name of a format. */
export type Format = typeof FORMATS[number];

/** Other files that an imported file names. */
export interface OtherFiles {
  /**
   * Reads the files that a pattern names, sorted by name. `*`, `?` and `[...]`
   * stand for parts of a file's name.
   *
   * @param from The file that names them: relative patterns start in the folder
   * of the file that the import began with.
   * @returns The files; none, if a pattern with a wildcard fits none; or why
   * they cannot be read or are not read: a sentence.
   */
  read(pattern: string, from: SourceText): Promise<SourceText[] | string>;
}

/** What the command line says of a file. */
export interface ImportHints {
  /** Addresses of Traefik's entry points, by name. */
  readonly entryPoints?: ReadonlyMap<string, string>;
}

/** What an importer makes of a file. */
export interface ImportOutcome {
  readonly config: ImportedConfig;
  /** If there are any, the config is not used. */
  readonly problems: readonly Problem[];
  /** What was imported, such as `an nginx stream config`. */
  readonly title: string;
}

/**
 * Imports a file. Never throws for what is in the file: each token of it is
 * translated, has a note, or is a problem.
 */
export type Importer = (
  source: SourceText,
  others: OtherFiles,
  hints?: ImportHints,
) => ImportOutcome | Promise<ImportOutcome>;

/** Most problems that are kept; who reads them has enough to do with these. */
const MAX_PROBLEMS = 1000;

/** Collects what is wrong with a file. */
export class Problems {
  readonly #all: Problem[] = [];

  /** Everything that is wrong, in the order of the places. */
  get all(): readonly Problem[] {
    return this.#all.toSorted((a, b) => comparePlaces(a.origin, b.origin));
  }

  /** Adds what is wrong at a place, once: one sentence without a full stop. */
  add(origin: Origin, message: string, related?: Problem["related"]): void {
    const known = this.#all.some((one) =>
      one.message === message && comparePlaces(one.origin, origin) === 0
    );
    if (known || this.#all.length >= MAX_PROBLEMS) return;
    this.#all.push({
      origin,
      message,
      ...(related === undefined ? {} : { related }),
    });
  }
}
