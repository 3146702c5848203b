/**
 * The files that an imported file includes: only those in folders that the
 * command line allows.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { SourceText } from "../../config/diagnostics.ts";
import { MAX_CONFIG_BYTES } from "../../config/source.ts";
import { errorCode, errorText, PassthruError } from "../../errors.ts";
import type { OtherFiles } from "../../import/importer.ts";
import { quoted } from "../../import/origin.ts";
import { scopeFlags } from "../permissions.ts";
import { absent, readRegular } from "../read_regular.ts";
import { textOf } from "./file_text.ts";

/** How many files are read at most. */
const MAX_FILES = 500;
/** Most `*` in a part of a path: each costs time. */
const MAX_WILDCARDS = 4;

/** A sentence why files are not read. */
class Refusal extends Error {}

/**
 * Reads files that an imported file names.
 *
 * @param path The file that the import begins with; `-` is in the current folder.
 * @param roots Further folders whose files may be read.
 */
export async function otherFiles(
  path: string,
  roots: readonly string[],
): Promise<OtherFiles> {
  const folder = resolve(path === "-" ? "." : dirname(path));
  const allowed = [folder, ...roots.map((root) => resolve(root))];
  const real = await Promise.all(allowed.map(realFolder));
  const budget = { files: MAX_FILES, bytes: MAX_CONFIG_BYTES };
  return {
    async read(pattern) {
      try {
        const whole = resolve(folder, pattern);
        if (!allowed.some((root) => isBelow(whole, root))) {
          throw new Refusal(
            `It is outside of the folder of the imported file: ${
              allowIt(whole)
            }`,
          );
        }
        const files: SourceText[] = [];
        for (const file of await matching(whole)) {
          files.push(await readOne(file, { real, budget }));
        }
        return files;
      } catch (error) {
        if (error instanceof Refusal) return error.message;
        throw error;
      }
    },
  };
}

/** How to allow a file, or the files of a pattern. */
function allowIt(pattern: string): string {
  const fixed = pattern.replace(/[*?[].*$/, "");
  return `allow it with --root ${quoted(dirname(`${fixed}x`))}`;
}

/** A folder without links; itself, if it cannot be found out. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await Deno.realPath(folder);
  } catch {
    return folder;
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

interface ReadLimits {
  /** Folders without links. */
  readonly real: readonly string[];
  readonly budget: { files: number; bytes: number };
}

async function readOne(
  file: string,
  { real, budget }: ReadLimits,
): Promise<SourceText> {
  try {
    const path = await Deno.realPath(file);
    if (!real.some((root) => isBelow(path, root))) {
      throw new Refusal(
        `${quoted(file)} is a link out of the folder of the imported file: ${
          allowIt(path)
        }`,
      );
    }
    const read = await readRegular(path) ?? absent(path);
    if (!("bytes" in read)) throw unreadable(file, read.problem);
    budget.files--;
    budget.bytes -= read.bytes.length;
    if (budget.files < 0 || budget.bytes < 0) {
      throw new Refusal(
        `Too many included files: expected at most ${MAX_FILES} files with ${MAX_CONFIG_BYTES} bytes`,
      );
    }
    const text = textOf(read.bytes);
    if (typeof text === "string") return new SourceText(file, text);
    throw unreadable(file, text.problem);
  } catch (error) {
    throw readFailure(file, error);
  }
}

function unreadable(file: string, problem: string): Refusal {
  return new Refusal(`Cannot read ${quoted(file)}: ${problem}`);
}

function readFailure(file: string, error: unknown): Error {
  if (error instanceof Refusal) return error;
  if (errorCode(error) !== "NOT_CAPABLE") {
    return unreadable(file, errorText(error));
  }
  const flag = scopeFlags({ read: [dirname(file)] }).join("");
  return new PassthruError(
    `Cannot read ${
      quoted(file)
    }: not permitted by the Deno permissions, run with ${flag}`,
    { code: "missing_permissions", source: "config", cause: error },
  );
}

/** The files that a path with wildcards stands for, sorted. */
async function matching(pattern: string): Promise<string[]> {
  if (!/[*?[]/.test(pattern)) return [pattern];
  let found = ["/"];
  for (const part of pattern.split("/").slice(1)) {
    if (!/[*?[]/.test(part)) {
      found = found.map((path) => join(path, part));
      continue;
    }
    const fits = wildcard(part);
    const next: string[] = [];
    for (const path of found) {
      for (const name of await namesIn(path)) {
        if (fits.test(name)) next.push(join(path, name));
      }
    }
    found = next.slice(0, MAX_FILES + 1);
  }
  return found.sort();
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch (error) {
    if (errorCode(error) === "NOT_CAPABLE") {
      throw readFailure(`${folder}/*`, error);
    }
    // A folder that is not there has no files, as glob(3) has it.
  }
  return names.sort();
}

/** A part of a path with wildcards, as glob(3) has it: `*` fits no first dot. */
function wildcard(part: string): RegExp {
  const short = part.replace(/\*+/g, "*");
  if (short.split("*").length > MAX_WILDCARDS + 1) {
    throw new Refusal(`More than ${MAX_WILDCARDS} "*" in ${quoted(part)}`);
  }
  const body = short.replace(/\[[^\]]+\]|[*?]|[^*?[]+|\[/g, wildcardPiece);
  try {
    return new RegExp(`^(?![.])${body}$`, "u");
  } catch {
    throw new Refusal(`Invalid wildcard ${quoted(part)}`);
  }
}

function wildcardPiece(piece: string): string {
  if (piece === "*") return "[^/]*";
  if (piece === "?") return "[^/]";
  if (/^\[.+\]$/.test(piece)) {
    const set = piece.slice(1, -1).replace(/^!/, "^");
    return `[${set.replace(/[\\[]/g, "\\$&")}]`;
  }
  return RegExp.escape(piece);
}
