/**
 * The log: one line an event, as text (logfmt) or JSON.
 *
 * @module
 */
import { JsonLine } from "./json_line.ts";
import { LogClock } from "./log_clock.ts";
import {
  type LogFields,
  type LogFormat,
  type LogLevel,
  rankOf,
} from "./log_level.ts";
import type { LogLine } from "./log_line.ts";
import { type LineKind, LogSampler, SAMPLE_MS } from "./log_sampler.ts";
import type { LogSink } from "./log_sink.ts";
import { TextLine } from "./text_line.ts";
import { TextSink } from "./text_sink.ts";

export {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFields,
  type LogFormat,
  type LogLevel,
  type LogValue,
} from "./log_level.ts";
export type { LogLine } from "./log_line.ts";
export type { LogSink } from "./log_sink.ts";
export { escapeUnprintable } from "./printable.ts";

/** What of a {@linkcode Logger} can be changed later. */
export interface LoggerSettings {
  /** Least important level that is written. Default: `info`. */
  readonly level?: LogLevel;
  /** Default: `text`. */
  readonly format?: LogFormat;
  /** Whether text has colours. Default: `false`. */
  readonly color?: boolean;
  /**
   * Whether each line begins with its priority, `<6>`, which the journal of
   * systemd takes off (sd-daemon(3)). Default: `false`.
   */
  readonly journal?: boolean;
  /**
   * Lines of one kind that are written each second; the others are counted, and
   * one line tells how many. Default: 0, every line is written.
   */
  readonly sample?: number;
  /** Least important level that `sample` is for. Default: `warn`. */
  readonly sampleLevel?: LogLevel;
}

/** Options of {@linkcode Logger}. */
export interface LoggerOptions extends LoggerSettings {
  /** Takes the finished lines, newline included. */
  readonly write: ((lines: string) => void) | LogSink;
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/** A line that {@linkcode Logger.record} is to write. */
export interface LogRecord {
  /** How important it is. */
  readonly level: LogLevel;
  /** What happened, in fixed words. */
  readonly message: string;
  /** What people are told in its place. Default: the same. */
  readonly title?: string;
  /** Puts the fields into the line, when it is written. */
  readonly fill: (line: LogLine) => void;
  /** What lines of its kind have in common; asked for when it is sampled. */
  readonly common: () => LogFields;
}

/**
 * Writes log lines. Lines of one turn of the event loop are written together.
 */
export class Logger {
  readonly #sink: LogSink;
  readonly #now: () => number;
  readonly #clock = new LogClock();
  #level: LogLevel = "info";
  /** The level that is in force whatever the settings say. */
  #override: LogLevel | null = null;
  #rank = 0;
  #format: LogFormat = "text";
  #line: LogLine = new TextLine();
  #sampler: LogSampler | null = null;
  #sampleRank = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes a logger; it writes nothing yet. */
  constructor(options: LoggerOptions) {
    const { write, now = Date.now } = options;
    this.#sink = typeof write === "function" ? new TextSink(write) : write;
    this.#sink.onRoom = (dropped) => this.#tellDropped(dropped);
    this.#now = now;
    this.configure(options);
  }

  /** The least important level that is written now. */
  get level(): LogLevel {
    return this.#override ?? this.#level;
  }

  /** How lines are written. */
  get format(): LogFormat {
    return this.#format;
  }

  /** Lines so far that were dropped since nobody read them fast enough. */
  get dropped(): number {
    return this.#sink.dropped;
  }

  /** Changes the settings for the lines to come; what is not there is default. */
  configure(settings: LoggerSettings): void {
    this.#tellMore();
    const { level = "info", format = "text", color = false } = settings;
    const { sample = 0, sampleLevel = "warn", journal = false } = settings;
    this.#level = level;
    this.#rank = rankOf(this.level);
    this.#format = format;
    this.#line = format === "json"
      ? new JsonLine({ journal })
      : new TextLine({ color, journal });
    this.#sampler = sample > 0 ? new LogSampler(sample) : null;
    this.#sampleRank = rankOf(sampleLevel);
  }

  /** Sets a level that is stronger than the settings'; `null`: theirs. */
  setLevel(level: LogLevel | null): void {
    this.#override = level;
    this.#rank = rankOf(this.level);
  }

  /** Whether lines of this level are written. */
  enabled(level: LogLevel): boolean {
    return rankOf(level) >= this.#rank;
  }

  /** Writes a line, unless its level is below the logger's. */
  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    const fill = (line: LogLine) => putAll(line, fields);
    this.record({ level, message, fill, common: () => fields });
  }

  /** Writes a line whatever the logger's level, and however many there are. */
  tell(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.#line.start(this.#clock.text(this.#now()), level, message);
    putAll(this.#line, fields);
    this.#sink.push(this.#line.end(), level);
  }

  /** Writes a line whose fields are made on the way; as {@linkcode Logger.log}. */
  record(record: LogRecord): void {
    const { level, message, title = message, fill } = record;
    const rank = rankOf(level);
    if (rank < this.#rank) return;
    const now = this.#now();
    if (rank >= this.#sampleRank && !this.#admit(record, now)) return;
    const line = this.#line;
    line.start(this.#clock.text(now), level, line.forPeople ? title : message);
    fill(line);
    this.#sink.push(line.end(), level);
  }

  /** Writes what is waiting to be written now. */
  flush(): void {
    this.#tellMore();
    this.#sink.flush();
  }

  /**
   * Writes what is waiting and resolves when it has arrived, or after `limitMs`
   * milliseconds: a reader that is stuck holds up nobody for longer.
   */
  async end(limitMs: number): Promise<void> {
    this.flush();
    await this.#sink.drain(limitMs);
  }

  #admit({ level, message, common }: LogRecord, now: number): boolean {
    const sampler = this.#sampler;
    if (sampler === null) return true;
    if (sampler.isOver(now)) this.#tellMore();
    const kind: LineKind = { level, message, fields: common() };
    if (sampler.admit(kind, now)) return true;
    this.#timer ??= setTimeout(() => this.#tellMore(), SAMPLE_MS);
    return false;
  }

  /** Tells how many lines were only counted. */
  #tellMore(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (
      const { level, message, fields, more } of this.#sampler?.close() ?? []
    ) {
      const all = { of: message, ...fields, more };
      this.tell(level, `and ${more} more like this`, all);
    }
  }

  #tellDropped(dropped: number): void {
    const lines = dropped === 1 ? "line was" : "lines were";
    const why = "the reader is too slow";
    this.tell("warn", `${dropped} log ${lines} dropped: ${why}`, { dropped });
  }
}

function putAll(line: LogLine, fields: LogFields): void {
  for (const name in fields) line.put(name, fields[name]);
}
