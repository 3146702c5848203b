/**
 * Writing to standard output and standard error.
 *
 * @module
 */
import type { LogSink } from "../observe/log.ts";
import { escapeControls } from "../observe/printable.ts";
import { stderrQueue, writeToStderr } from "../observe/stderr.ts";

/** Where a command writes: data to `out`, messages to `err`. */
export interface Output {
  out(text: string): void;
  /** The process's own escapes what would steer a terminal. */
  err(text: string): void;
  /** Where a log goes that nobody is to wait for. Default: `err`. */
  log?(): LogSink;
}

/** The process's own streams. A reader that has gone away stops nobody. */
export const processOutput: Output = {
  out(text) {
    const bytes = new TextEncoder().encode(text);
    try {
      let at = 0;
      while (at < bytes.length) at += Deno.stdout.writeSync(bytes.subarray(at));
    } catch {
      // Nobody reads it any more.
    }
  },
  err: (text) => writeToStderr(escapeControls(text, "\t\n")),
  log: stderrQueue,
};
