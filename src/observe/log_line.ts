/**
 * Putting a log line together.
 *
 * @module
 */
import type { LogLevel, LogValue } from "./log_level.ts";

/** What every line has first; no field may be called so. */
export const LINE_HEAD: ReadonlySet<string> = new Set(["time", "level", "msg"]);

/** A line that is being put together: `start`, then the fields, then `end`. */
export interface LogLine {
  /** Whether people read it: most important first, in columns. */
  readonly forPeople: boolean;
  /** Bytes so far. */
  readonly length: number;
  /** Begins a line; what was begun before is gone. */
  start(time: string, level: LogLevel, message: string): void;
  /**
   * Adds a field; none for `null` and `undefined`.
   *
   * @param width Characters that it takes at least, when people read it.
   */
  put(name: string, value: LogValue, width?: number): void;
  /** Takes back what was put in since the line was so long. */
  back(length: number): void;
  /** The fields from here on matter less, when people read it. */
  aside(): void;
  /**
   * The line, in printable ASCII but for colours, newline included; valid until
   * the next one is begun.
   */
  end(): Uint8Array;
}
