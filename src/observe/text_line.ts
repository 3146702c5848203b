/**
 * Log lines as text: time, level and message in columns, then `name=value`.
 *
 * @module
 */
import type { LogLevel, LogValue } from "./log_level.ts";
import { LINE_HEAD, type LogLine } from "./log_line.ts";
import { escapeUnprintable, quoted } from "./printable.ts";
import { shorten } from "./shorten.ts";

/** Values and names that need no quotes. */
const BARE = /^[A-Za-z0-9._:/@+,*[\]-]+$/;

const LEVEL_TEXTS: Readonly<Record<LogLevel, string>> = {
  debug: "DEBUG",
  info: "INFO ",
  warn: "WARN ",
  error: "ERROR",
};

/** What a terminal is told (SGR, ECMA-48 8.3.117) to write a level in. */
const LEVEL_COLOURS: Readonly<Record<LogLevel, string>> = {
  debug: "\x1b[2m",
  info: "\x1b[32m",
  warn: "\x1b[33m",
  error: "\x1b[31m",
};
const FAINT = "\x1b[2m";
const BOLD = "\x1b[1m";
const PLAIN = "\x1b[0m";

/** Fields that have the colour of the level, when it is a warning or worse. */
const TROUBLE: ReadonlySet<string> = new Set(["reason", "error", "problem"]);

/**
 * A {@linkcode LogLine} in logfmt. A colour is around whole fields, so that
 * `grep name=value` finds them all the same.
 */
export class TextLine implements LogLine {
  readonly forPeople = true;
  readonly #color: boolean;
  #text = "";
  /** Spaces that the next field needs in front of it. */
  #gap = " ";
  #trouble = "";
  #aside = false;

  /** @param color Whether a terminal shows it. */
  constructor(color: boolean) {
    this.#color = color;
  }

  get length(): number {
    return this.#text.length;
  }

  start(time: string, level: LogLevel, message: string): void {
    const name = LEVEL_TEXTS[level];
    const what = escapeUnprintable(message);
    const colour = LEVEL_COLOURS[level];
    this.#text = this.#color
      ? `${FAINT}${time}${PLAIN} ${colour}${name}${PLAIN} ${BOLD}${what}${PLAIN}`
      : `${time} ${name} ${what}`;
    this.#trouble = level === "warn" || level === "error" ? colour : "";
    this.#aside = false;
    this.#gap = " ";
  }

  put(name: string, value: LogValue, width = 0): void {
    if (value === null || value === undefined) return;
    const field = `${fieldName(name)}=${textValue(value)}`;
    this.#text += this.#gap +
      (this.#color ? this.#painted(name, field) : field);
    this.#gap = field.length < width
      ? " ".repeat(width - field.length + 1)
      : " ";
  }

  back(length: number): void {
    this.#text = this.#text.slice(0, length);
  }

  aside(): void {
    this.#aside = true;
  }

  end(): string {
    return this.#text + "\n";
  }

  #painted(name: string, field: string): string {
    const colour = TROUBLE.has(name) ? this.#trouble : this.#aside ? FAINT : "";
    return colour === "" ? field : colour + field + PLAIN;
  }
}

function fieldName(name: string): string {
  if (LINE_HEAD.has(name)) return `${name}_`;
  return BARE.test(name) ? name : quoted(name);
}

function textValue(value: Exclude<LogValue, null | undefined>): string {
  if (typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  const text = shorten(typeof value === "string" ? value : value.join(","));
  return BARE.test(text) ? text : quoted(text);
}
