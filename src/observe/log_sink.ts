/**
 * Where log lines go.
 *
 * @module
 */
import type { LogLevel } from "./log_level.ts";

/** Takes finished lines, and may be slower than they come. */
export interface LogSink {
  /**
   * Takes a line, newline included. Never throws or waits; the bytes are its to
   * read until it returns.
   */
  push(line: Uint8Array, level: LogLevel): void;
  /** Lines so far that it could not keep. */
  readonly dropped: number;
  /** Hears how many lines were dropped, once there is room again. */
  onRoom: (dropped: number) => void;
  /** Waits for no more lines before it writes what is there. */
  flush(): void;
  /** Resolves when all is written, or after `limitMs` milliseconds. */
  drain(limitMs: number): Promise<void>;
}
