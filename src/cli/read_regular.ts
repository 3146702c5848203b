/**
 * Reading a file that a config names.
 *
 * @module
 */
import type { IncludedFile } from "../config/load.ts";
import { MAX_CONFIG_BYTES } from "../config/source.ts";
import { codeText, errorCode, errorText } from "../errors.ts";

/**
 * Reads a regular file that is not too large.
 *
 * @returns `null`: there is none.
 * @throws {Deno.errors.NotCapable} Deno does not permit it.
 */
export async function readRegular(file: string): Promise<IncludedFile | null> {
  try {
    const { isFile, isDirectory, size } = await Deno.stat(file);
    const problem = isDirectory
      ? "it is a directory"
      : !isFile
      ? "it is not a regular file"
      : size > MAX_CONFIG_BYTES
      ? `it has ${size} bytes, expected at most ${MAX_CONFIG_BYTES}`
      : null;
    if (problem !== null) return { file, problem };
    return { file, bytes: await Deno.readFile(file) };
  } catch (error) {
    if (errorCode(error) === "NOT_CAPABLE") throw error;
    if (errorCode(error) === "ENOENT") return null;
    return { file, problem: errorText(error) };
  }
}

/** A file that is not there. */
export function absent(file: string): IncludedFile {
  return { file, problem: codeText("ENOENT")! };
}
