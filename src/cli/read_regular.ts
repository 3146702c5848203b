/**
 * Reading a file that a config names.
 *
 * @module
 */
import type { promises } from "node:fs";
import type { IncludedFile } from "../config/load.ts";
import { MAX_CONFIG_BYTES } from "../config/source.ts";
import { codeText, errorCode, errorText } from "../errors.ts";

/** How often a file is opened that another one takes the place of meanwhile. */
const MAX_ATTEMPTS = 8;

/** What is wrong with a directory. */
export const IS_DIRECTORY = "it is a directory";
/** What is wrong with a pipe, a device or a socket. */
export const NOT_REGULAR = "it is not a regular file";

/** What reading may be told. */
export interface ReadRegularOptions {
  /**
   * Whether the file may be a symbolic link. Default: `true`. If not, a link that
   * takes the place of the file meanwhile is not followed either.
   */
  readonly allowsLink?: boolean;
}

/**
 * Reads a regular file that is not too large. That is tested on the file that is
 * open, so that another one in its place makes no difference.
 *
 * @returns `null`: there is none.
 * @throws {Deno.errors.NotCapable} Deno does not permit it.
 */
export async function readRegular(
  file: string,
  { allowsLink = true }: ReadRegularOptions = {},
): Promise<IncludedFile | null> {
  try {
    // A device is not even opened: that could have an effect.
    const problem = kindProblem(await Deno.stat(file));
    if (problem !== null) return { file, problem };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const read = await readOnce(file, allowsLink);
      if (read !== null) return { file, ...read };
    }
    return { file, problem: "it is replaced again and again" };
  } catch (error) {
    if (errorCode(error) === "NOT_CAPABLE") throw error;
    if (errorCode(error) === "ENOENT") return null;
    return { file, problem: errorText(error) };
  }
}

/** A file that is not there. */
export function absent(file: string): IncludedFile {
  return { file, problem: codeText("ENOENT")!, isAbsent: true };
}

/** The bytes of a file, or why they cannot be had. */
type Read = { readonly bytes: Uint8Array } | { readonly problem: string };

/** @returns `null`: it was replaced meanwhile. */
async function readOnce(
  file: string,
  allowsLink: boolean,
): Promise<Read | null> {
  // Not a static import: it is Node's, large, and most configs name no files.
  const { constants, promises } = await import("node:fs");
  // A pipe that has taken the place of a file is opened at once, and refused.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const opened = await promises.open(file, flags);
  try {
    return await readOpened(file, opened, allowsLink);
  } finally {
    await opened.close();
  }
}

async function readOpened(
  file: string,
  opened: promises.FileHandle,
  allowsLink: boolean,
): Promise<Read | null> {
  const own = await opened.stat();
  const problem = kindProblem({
    isFile: own.isFile(),
    isDirectory: own.isDirectory(),
    size: own.size,
  });
  if (problem !== null) return { problem };
  if (!allowsLink) {
    const { isSymlink, dev, ino } = await Deno.lstat(file);
    if (isSymlink) return { problem: "it is a symbolic link" };
    if (dev !== own.dev || ino !== own.ino) return null;
  }
  const bytes = await readAtMost(opened, MAX_CONFIG_BYTES + 1);
  return bytes.length > MAX_CONFIG_BYTES
    ? { problem: sizeProblem(bytes.length) }
    : { bytes };
}

/** What a file must not be; `null`: it is regular and not too large. */
function kindProblem({ isFile, isDirectory, size }: {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly size: number;
}): string | null {
  if (isDirectory) return IS_DIRECTORY;
  if (!isFile) return NOT_REGULAR;
  return size > MAX_CONFIG_BYTES ? sizeProblem(size) : null;
}

function sizeProblem(size: number): string {
  return `it has ${size} bytes, expected at most ${MAX_CONFIG_BYTES}`;
}

/** Reads to the end, or up to a number of bytes of a file that grows. */
async function readAtMost(
  opened: promises.FileHandle,
  most: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let left = most; left > 0;) {
    const chunk = new Uint8Array(Math.min(left, 65_536));
    const { bytesRead } = await opened.read(chunk, 0, chunk.length);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}
