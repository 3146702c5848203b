/**
 * Writing to standard error from several threads.
 *
 * @module
 */

import { LogQueue } from "./log_queue.ts";
import { pieceEnd } from "./line_pieces.ts";

/**
 * How long who reads the log is waited for at the stop, in milliseconds: a second
 * in all. The workers wait at the same time, the main thread after them; where
 * there is no worker, it waits all the time.
 */
export const STOP_FLUSH_MS = { worker: 750, main: 250, alone: 1_000 } as const;

/**
 * Where the log of a thread goes: to standard error, and never waits for who
 * reads it. A blocked write of the runtime holds neither the event loop nor the
 * end of the process (measured with Deno 2.9.6: it has a thread of its own).
 */
export function stderrQueue(): LogQueue {
  return new LogQueue({ write: (bytes) => Deno.stderr.write(bytes) });
}

/**
 * Writes at once and waits for the reader: for messages of commands. Whole
 * lines, so that those of several workers do not mix. Never throws:
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
