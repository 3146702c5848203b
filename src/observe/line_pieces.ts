/**
 * Cutting lines into pieces that several threads can write to one pipe.
 *
 * @module
 */

/** What a pipe takes in one piece (PIPE_BUF of Linux), in bytes. */
export const ATOMIC_BYTES = 4096;

/** The end of the last line that fits, or of the first where none does. */
export function pieceEnd(bytes: Uint8Array, at: number): number {
  const limit = at + ATOMIC_BYTES;
  if (bytes.length <= limit) return bytes.length;
  const last = bytes.lastIndexOf(0x0a, limit - 1);
  if (last >= at) return last + 1;
  const next = bytes.indexOf(0x0a, limit);
  return next < 0 ? bytes.length : next + 1;
}
