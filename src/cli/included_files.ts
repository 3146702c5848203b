/**
 * Reads the files that a config includes.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { pooledMap } from "@std/async/pool";
import type {
  ConfigDocuments,
  IncludedFile,
  IncludeEntry,
} from "../config/load.ts";
import { fitsPattern, splitPath } from "../config/include/file_pattern.ts";
import { MAX_INCLUDED_FILES } from "../config/include/entries.ts";
import { errorCode, errorText } from "../errors.ts";
import { type ConfigPlaces, readScopes } from "./config_places.ts";
import { placeBeside } from "./file_paths.ts";
import { absent, readRegular } from "./read_regular.ts";

/** How many files are read at a time. */
const AT_A_TIME = 16;

/** What reading the files of an entry needs to know. */
interface Reading {
  readonly entry: IncludeEntry;
  /** The config as given to `-c`, or `<stdin>`. */
  readonly config: string;
  /** A file that is passed over, as if it were not there. */
  readonly except?: string;
  /** The texts that are served now, by file. */
  readonly served?: ReadonlyMap<string, string> | undefined;
}

/**
 * Reads the files of all entries and adds them to the config.
 *
 * @param config The config as given to `-c`, or `<stdin>`.
 * @param except A file that is passed over, as if it were not there.
 * @param served The texts that are served now, by file: those of a folder with
 * bounds stay while it cannot be read.
 * @returns What Deno does not permit to read.
 */
export async function readIncluded(
  documents: ConfigDocuments,
  config: string,
  { except, served }: Pick<Reading, "except" | "served"> = {},
): Promise<string[]> {
  const missing: string[] = [];
  // Files with bounds must not take the room of others.
  const entries = [
    ...documents.entries.filter(({ within }) => within === null),
    ...documents.entries.filter(({ within }) => within !== null),
  ];
  for (const entry of entries) {
    try {
      const given = { entry, config, served, ...(except && { except }) };
      const files = await filesOf(given);
      if (files.length === 0 && entry.isPattern) documents.noteEmpty(entry);
      documents.add(entry, files);
    } catch (error) {
      if (errorCode(error) !== "NOT_CAPABLE") throw error;
      missing.push(...readScopes(placesOf([entry], config)));
    }
  }
  return missing;
}

/** Where the files of entries are. */
export function placesOf(
  entries: readonly IncludeEntry[],
  config: string,
): ConfigPlaces {
  const places = entries.map(({ files, isPattern }) => ({
    isPattern,
    path: placeBeside(files, config),
  }));
  return {
    files: places.filter(({ isPattern }) => !isPattern).map(({ path }) => path),
    patterns: places.filter(({ isPattern }) => isPattern)
      .map(({ path }) => ({ folder: dirname(path), pattern: basename(path) })),
  };
}

/** The names in a folder that fit a pattern, sorted by their code units. */
export async function namesIn(
  folder: string,
  pattern: string,
): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (fitsPattern(name, pattern)) names.push(name);
  }
  return names.sort();
}

async function filesOf(reading: Reading): Promise<IncludedFile[]> {
  const { entry, config, except } = reading;
  const path = placeBeside(entry.files, config);
  if (!entry.isPattern) {
    if (except !== undefined && isSame(path, except)) return [];
    return [await fileAt(path, reading) ?? absent(path)];
  }
  const folder = dirname(path);
  let names: string[];
  try {
    names = await namesIn(folder, splitPath(entry.files).name);
  } catch (error) {
    if (errorCode(error) === "NOT_CAPABLE") throw error;
    if (errorCode(error) === "ENOENT") return [];
    const kept = entry.skips ? servedIn(path, reading) : [];
    const isKept = kept.length > 0;
    return [{ file: path, problem: errorText(error), isKept }, ...kept];
  }
  const paths = names.map((name) => join(folder, name))
    .filter((file) => file !== join(config))
    .filter((file) => except === undefined || !isSame(file, except))
    // Of more, the config says so.
    .slice(0, MAX_INCLUDED_FILES + 1);
  const read = pooledMap(AT_A_TIME, paths, (file) => fileAt(file, reading));
  const files: IncludedFile[] = [];
  // One that has gone since is none.
  for await (const file of read) if (file !== null) files.push(file);
  return files;
}

/** The files of a pattern that are served now. */
function servedIn(
  pattern: string,
  { served = new Map() }: Reading,
): IncludedFile[] {
  return [...served]
    .filter(([file]) =>
      dirname(file) === dirname(pattern) &&
      fitsPattern(basename(file), basename(pattern))
    )
    .map(([file, text]) => ({ file, bytes: new TextEncoder().encode(text) }));
}

/** Whether two paths are the same, links aside. */
function isSame(one: string, other: string): boolean {
  return resolve(one) === resolve(other);
}

/** Reads a file; `null`: there is none. */
async function fileAt(
  file: string,
  reading: Reading,
): Promise<IncludedFile | null> {
  try {
    const placed = await placeOf(file, reading);
    if ("problem" in placed) return { file: printable(file), ...placed };
    // Only the operator's own paths may become another link meanwhile.
    const { entry } = reading;
    const allowsLink = !entry.isPattern && entry.within === null;
    const read = await readRegular(placed.real, { allowsLink });
    return read === null ? null : { ...read, file };
  } catch (error) {
    if (errorCode(error) === "NOT_CAPABLE") throw error;
    if (errorCode(error) === "ENOENT") return null;
    return { file: printable(file), problem: errorText(error) };
  }
}

/** Where a file is, links followed, or what keeps it from being read. */
async function placeOf(
  file: string,
  { entry, config }: Reading,
): Promise<{ readonly real: string } | { readonly problem: string }> {
  if (printable(file) !== file) {
    return { problem: "its name has characters that cannot be shown" };
  }
  if (file === join(config)) return { problem: "it is the config itself" };
  const { isSymlink } = await Deno.lstat(file);
  if (!isSymlink) return { real: file };
  if (entry.within !== null) {
    return {
      problem: 'it is a symbolic link, which a file with "within" cannot be',
    };
  }
  const real = await realPath(file);
  if (real === null) {
    return { problem: "it is a symbolic link that leads nowhere" };
  }
  return entry.isPattern && await leadsAway(file, { real, config })
    ? {
      problem:
        "it is a symbolic link that leads out of the folder, and of the folder of the config: name such a file without a wildcard",
    }
    : { real };
}

/**
 * Whether a link leads to elsewhere than its own folder and that of the config.
 */
async function leadsAway(
  link: string,
  { real, config }: { readonly real: string; readonly config: string },
): Promise<boolean> {
  const folders = [await Deno.realPath(dirname(link))];
  if (config !== "<stdin>") folders.push(dirname(await Deno.realPath(config)));
  return !folders.some((folder) => real.startsWith(join(folder, "/")));
}

/** What a link leads to; `null`: nothing. */
async function realPath(link: string): Promise<string | null> {
  try {
    return await Deno.realPath(link);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** A path without what a terminal would obey. */
function printable(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}\p{Cs}\ufffd]/gu, "\u00b7");
}
