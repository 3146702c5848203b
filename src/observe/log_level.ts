/**
 * The words of the log: how important a line is, how it is written, what is in
 * it.
 *
 * @module
 */

/** Log levels, least important first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
/** How important a line is. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Log formats. */
export const LOG_FORMATS = ["text", "json"] as const;
/** How a line is written. */
export type LogFormat = typeof LOG_FORMATS[number];

/** A value in a log line; `undefined` and `null` leave the field out. */
export type LogValue =
  | string
  | number
  | boolean
  | readonly string[]
  | null
  | undefined;

/** Named values of a log line. */
export type LogFields = Readonly<Record<string, LogValue>>;

/** Where a level stands in {@linkcode LOG_LEVELS}, from 0. */
export function rankOf(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}
