/**
 * The text of a file that is imported.
 *
 * @module
 */
import { MAX_CONFIG_BYTES } from "../../config/source.ts";
import { errorCode } from "../../errors.ts";
import { notPermitted } from "../read_permitted.ts";
import {
  absent,
  IS_DIRECTORY,
  NOT_REGULAR,
  readRegular,
} from "../read_regular.ts";

/** A text, or why there is none: a part of a sentence. */
export type FileText = string | { readonly problem: string };

/**
 * Reads a regular file.
 *
 * @throws {PassthruError} `missing_permissions`: Deno does not permit it.
 */
export async function readFileText(path: string): Promise<FileText> {
  try {
    const read = await readRegular(path) ?? absent(path);
    if ("bytes" in read) return textOf(read.bytes);
    const { problem } = read;
    return {
      problem: problem === NOT_REGULAR || problem === IS_DIRECTORY
        ? `${problem}: expected a file, or "-" for standard input`
        : problem,
    };
  } catch (error) {
    throw errorCode(error) === "NOT_CAPABLE"
      ? notPermitted(path, error)
      : error;
  }
}

/** Reads standard input, as far as a file may be long. */
export async function readStdin(): Promise<FileText> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of Deno.stdin.readable) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_CONFIG_BYTES) {
      return { problem: `it has more bytes than ${MAX_CONFIG_BYTES}` };
    }
  }
  return textOf(new Uint8Array(await new Blob(chunks).arrayBuffer()));
}

/** A file's bytes as text, or why they are none. */
export function textOf(bytes: Uint8Array): FileText {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe || a === 0xfe && b === 0xff) {
    return { problem: "the file is UTF-16: expected UTF-8" };
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    return {
      problem:
        `the file is binary, with a zero byte at offset ${zero}: expected text`,
    };
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { problem: "the file is not valid UTF-8: expected text" };
  }
}
