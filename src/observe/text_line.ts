/**
 * Log lines as text: time, level and message in columns, then `name=value`.
 *
 * @module
 */
import { LineBytes } from "./line_bytes.ts";
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
  readonly #bytes = new LineBytes();
  /** Spaces that the next field needs in front of it. */
  #gap = " ";
  #trouble = "";
  #aside = false;

  /** @param color Whether a terminal shows it. */
  constructor(color: boolean) {
    this.#color = color;
  }

  get length(): number {
    return this.#bytes.length;
  }

  start(time: string, level: LogLevel, message: string): void {
    const name = LEVEL_TEXTS[level];
    const what = escapeUnprintable(message);
    const colour = LEVEL_COLOURS[level];
    this.#bytes.back(0);
    this.#bytes.text(
      this.#color
        ? `${FAINT}${time}${PLAIN} ${colour}${name}${PLAIN} ${BOLD}${what}${PLAIN}`
        : `${time} ${name} ${what}`,
    );
    this.#trouble = level === "warn" || level === "error" ? colour : "";
    this.#aside = false;
    this.#gap = " ";
  }

  put(name: string, value: LogValue, width = 0): void {
    if (value === null || value === undefined) return;
    const bytes = this.#bytes;
    const colour = this.#color ? this.#colourOf(name) : "";
    bytes.text(this.#gap + colour);
    const start = bytes.length;
    bytes.text(fieldName(name));
    bytes.text("=");
    this.#value(value);
    const length = bytes.length - start;
    if (colour !== "") bytes.text(PLAIN);
    this.#gap = length < width ? " ".repeat(width - length + 1) : " ";
  }

  back(length: number): void {
    this.#bytes.back(length);
  }

  aside(): void {
    this.#aside = true;
  }

  end(): Uint8Array {
    this.#bytes.text("\n");
    return this.#bytes.view();
  }

  #colourOf(name: string): string {
    return TROUBLE.has(name) ? this.#trouble : this.#aside ? FAINT : "";
  }

  #value(value: Exclude<LogValue, null | undefined>): void {
    const bytes = this.#bytes;
    if (typeof value === "number") return bytes.number(value);
    if (typeof value === "boolean") return bytes.text(String(value));
    const text = shorten(typeof value === "string" ? value : value.join(","));
    if (BARE.test(text)) bytes.text(text);
    else bytes.quoted(text);
  }
}

function fieldName(name: string): string {
  if (LINE_HEAD.has(name)) return `${name}_`;
  return BARE.test(name) ? name : quoted(name);
}
