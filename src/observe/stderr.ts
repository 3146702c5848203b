/**
 * Writing to standard error from several threads.
 *
 * @module
 */

/** What a pipe takes in one piece (PIPE_BUF of Linux), in bytes. */
const ATOMIC_BYTES = 4096;

/**
 * Writes whole lines, so that those of several workers do not mix. Never throws:
 * a log that nobody reads any more stops nobody.
 */
export function writeToStderr(lines: string): void {
  const bytes = new TextEncoder().encode(lines);
  try {
    for (let at = 0; at < bytes.length;) {
      const end = pieceEnd(bytes, at);
      while (at < end) at += Deno.stderr.writeSync(bytes.subarray(at, end));
    }
  } catch {
    // Nobody reads it.
  }
}

/** The end of the last line that fits, or of the first where none does. */
function pieceEnd(bytes: Uint8Array, at: number): number {
  const limit = at + ATOMIC_BYTES;
  if (bytes.length <= limit) return bytes.length;
  const last = bytes.lastIndexOf(0x0a, limit - 1);
  if (last >= at) return last + 1;
  const next = bytes.indexOf(0x0a, limit);
  return next < 0 ? bytes.length : next + 1;
}
