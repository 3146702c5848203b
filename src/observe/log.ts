/**
 * The log: one line an event, as text (logfmt) or JSON.
 *
 * @module
 */
import { shorten } from "./shorten.ts";

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

/** Options of {@linkcode Logger}. */
export interface LoggerOptions {
  /** Least important level that is written. Default: `info`. */
  readonly level?: LogLevel;
  /** Default: `text`. */
  readonly format?: LogFormat;
  /** Takes the finished lines, newline included. */
  readonly write: (lines: string) => void;
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * Writes log lines. Lines of one turn of the event loop are written together.
 */
export class Logger {
  #rank: number;
  #format: LogFormat;
  readonly #write: (lines: string) => void;
  readonly #now: () => number;
  #waiting = "";

  /** Makes a logger; it writes nothing yet. */
  constructor(options: LoggerOptions) {
    this.#rank = LOG_LEVELS.indexOf(options.level ?? "info");
    this.#format = options.format ?? "text";
    this.#write = options.write;
    this.#now = options.now ?? Date.now;
  }

  /** Changes level and format for the lines to come. */
  configure(options: Required<Pick<LoggerOptions, "level" | "format">>): void {
    this.#rank = LOG_LEVELS.indexOf(options.level);
    this.#format = options.format;
  }

  /** Whether lines of this level are written. */
  enabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.#rank;
  }

  /** Writes a line, unless its level is below the logger's. */
  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (!this.enabled(level)) return;
    const time = new Date(this.#now()).toISOString();
    const line = this.#format === "json"
      ? jsonLine(time, level, message, fields)
      : textLine(time, level, message, fields);
    if (this.#waiting === "") queueMicrotask(() => this.flush());
    this.#waiting += line + "\n";
  }

  /** Writes what is waiting to be written now. */
  flush(): void {
    const lines = this.#waiting;
    this.#waiting = "";
    if (lines !== "") this.#write(lines);
  }
}

function jsonLine(
  time: string,
  level: LogLevel,
  message: string,
  fields: LogFields,
): string {
  const record: Record<string, LogValue> = { time, level, msg: message };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    record[name] = typeof value === "string" ? shorten(value) : value;
  }
  return escapeUnprintable(JSON.stringify(record));
}

function textLine(
  time: string,
  level: LogLevel,
  message: string,
  fields: LogFields,
): string {
  let line = `${time} ${level.toUpperCase().padEnd(5)} ${message}`;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    line += ` ${name}=${textValue(value)}`;
  }
  return escapeUnprintable(line);
}

function textValue(value: string | number | boolean | readonly string[]) {
  if (typeof value === "number" || typeof value === "boolean") return value;
  const text = shorten(typeof value === "string" ? value : value.join(","));
  return /^[A-Za-z0-9._:/@+,*[\]-]+$/.test(text) ? text : JSON.stringify(text);
}

/**
 * Writes every character outside printable ASCII as an escape, so that what a
 * client sends can neither forge a line nor steer a terminal.
 */
export function escapeUnprintable(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
