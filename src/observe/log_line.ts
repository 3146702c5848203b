/**
 * Putting a log line together.
 *
 * @module
 */
import type { LogLevel, LogValue } from "./log_level.ts";

/** What every line has first; no field may be called so. */
export const LINE_HEAD: ReadonlySet<string> = new Set(["time", "level", "msg"]);

/** How lines are written, whatever their format. */
export interface LineOptions {
  /**
   * Whether each begins with its priority, which the journal of systemd takes
   * off (sd-daemon(3)). Default: `false`.
   */
  readonly journal?: boolean;
}

/** Priorities of syslog (RFC 5424 §6.2.1) as the journal reads them. */
const PRIORITIES: Readonly<Record<LogLevel, string>> = {
  debug: "<7>",
  info: "<6>",
  warn: "<4>",
  error: "<3>",
};
const NO_PRIORITIES: Readonly<Record<LogLevel, string>> = {
  debug: "",
  info: "",
  warn: "",
  error: "",
};

/** What stands in front of lines of each level. */
export function prefixesOf(
  { journal = false }: LineOptions,
): Readonly<Record<LogLevel, string>> {
  return journal ? PRIORITIES : NO_PRIORITIES;
}

/** A line that is being put together: `start`, then the fields, then `end`. */
export interface LogLine {
  /** Whether people read it: short, and the most important first. */
  readonly forPeople: boolean;
  /** Bytes so far. */
  readonly length: number;
  /** Characters so far, as people see them. */
  readonly columns: number;
  /** Begins a line; what was begun before is gone. */
  start(time: string, level: LogLevel, message: string): void;
  /** Adds a field; none for `null` and `undefined`. */
  put(name: string, value: LogValue): void;
  /** Takes back the field that was put in since the line was so long. */
  back(length: number): void;
  /** The fields from here on matter less, when people read it. */
  aside(): void;
  /**
   * The line, in printable ASCII but for colours, newline included; valid until
   * the next one is begun.
   */
  end(): Uint8Array;
}
