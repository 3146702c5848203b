/**
 * The text of a file that is imported.
 *
 * @module
 */

/** Largest file that is imported, and largest sum of all, in bytes. */
export const MAX_BYTES = 8 * 1024 * 1024;

/** A file's bytes as text, or why they are none. */
export function textOf(bytes: Uint8Array): string | { problem: string } {
  if (bytes.length > MAX_BYTES) {
    return {
      problem:
        `the file has ${bytes.length} bytes: expected at most ${MAX_BYTES}`,
    };
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { problem: "the file is not valid UTF-8" };
  }
}
