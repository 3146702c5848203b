/**
 * Places that the user of a systemd unit cannot use: it is made for the unit
 * (`DynamicUser`), so that it may what everybody may and nothing else.
 *
 * @module
 */
import { dirname } from "node:path";
import { errorCode } from "../../errors.ts";
import { shellQuote } from "../permissions.ts";

/** Something that the unit uses. */
export interface UsedPlace {
  /** What it is, for people: `the config`. */
  readonly what: string;
  /** Absolute path. */
  readonly path: string;
  /** What the unit does with it. */
  readonly use: "run" | "read";
  /** What to do instead of opening it: `move it to /etc/passthru`. */
  readonly advice: string;
  /** Whether nobody else is to read it. Default: `false`. */
  readonly secret?: boolean;
}

/** What is in the way. */
interface Obstacle {
  readonly text: string;
  /** How to open it; `null`: it cannot be. */
  readonly remedy: string | null;
}

/** Bits of a mode for those who are neither the owner nor in the group. */
const READ = 0o004;
const EXECUTE = 0o001;

/** Folders that a unit with `PrivateTmp` has of its own. */
const PRIVATE_TMP = ["/tmp", "/var/tmp"];

/**
 * Says what the unit cannot use, why, and what to do: a line for each place.
 * What this process may not look at is passed over.
 *
 * @param ownFolders What the unit has of its own, so that it does not see what is
 * there. Default: the folders of `PrivateTmp`.
 */
export async function unusablePlaces(
  places: readonly UsedPlace[],
  ownFolders: readonly string[] = PRIVATE_TMP,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const place of places) {
    const obstacle = await obstacleTo(place, ownFolders);
    if (obstacle !== null) warnings.push(warningText(place, obstacle));
  }
  return warnings;
}

function warningText(
  { what, path, advice, secret = false }: UsedPlace,
  { text, remedy }: Obstacle,
): string {
  const or = remedy === null || secret ? "" : `, or ${remedy}`;
  return `The unit's user cannot use ${what} "${path}": ${text}. Remedy: ${advice}${or}`;
}

/** What keeps everybody from a place; `null`: nothing that is known. */
async function obstacleTo(
  { path, use }: UsedPlace,
  ownFolders: readonly string[],
): Promise<Obstacle | null> {
  try {
    const real = await Deno.realPath(path);
    const own = ownFolders.find((folder) => real.startsWith(`${folder}/`));
    if (own !== undefined) {
      return { text: `the unit has a ${own} of its own`, remedy: null };
    }
    for (const folder of foldersAbove(real)) {
      const mode = await modeOf(folder);
      if (mode & EXECUTE) continue;
      return {
        text: `the folder "${folder}" is closed to others (mode ${
          octal(mode)
        })`,
        remedy: `open the folder (chmod o+x ${shellQuote(folder)})`,
      };
    }
    return await closedItself(real, use);
  } catch (error) {
    if (errorCode(error) === "NOT_CAPABLE" || errorCode(error) === "ENOENT") {
      return null;
    }
    throw error;
  }
}

async function closedItself(
  path: string,
  use: UsedPlace["use"],
): Promise<Obstacle | null> {
  const { isDirectory } = await Deno.stat(path);
  const mode = await modeOf(path);
  const wanted = isDirectory ? READ | EXECUTE : use === "run" ? EXECUTE : READ;
  if ((mode & wanted) === wanted) return null;
  const flags = isDirectory ? "rx" : use === "run" ? "x" : "r";
  return {
    text: `"${path}" is closed to others (mode ${octal(mode)})`,
    remedy: `open it (chmod o+${flags} ${shellQuote(path)})`,
  };
}

/** The folders that a path leads through, outermost first. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersAbove(folder), folder];
}

async function modeOf(path: string): Promise<number> {
  // Where there are no modes, nothing is closed.
  return (await Deno.stat(path)).mode ?? 0o777;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
