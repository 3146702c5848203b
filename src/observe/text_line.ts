/**
 * Log lines as text: time, level and message, then `name=value`.
 *
 * @module
 */
import { LineBytes } from "./line_bytes.ts";
import type { LogLevel, LogValue } from "./log_level.ts";
import {
  LINE_HEAD,
  type LineOptions,
  type LogLine,
  prefixesOf,
} from "./log_line.ts";
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
const TROUBLE: ReadonlySet<string> = new Set(["error", "problem"]);

/** How text is written. */
export interface TextLineOptions extends LineOptions {
  /** Whether a terminal shows it. Default: `false`. */
  readonly color?: boolean;
}

/**
 * A {@linkcode LogLine} in logfmt. A colour is around whole fields, so that
 * `grep name=value` finds them all the same.
 */
export class TextLine implements LogLine {
  readonly forPeople = true;
  readonly #color: boolean;
  readonly #prefixes: Readonly<Record<LogLevel, string>>;
  readonly #bytes = new LineBytes();
  /** Bytes so far that only a terminal sees. */
  #hidden = 0;
  /** Those of the last field. */
  #hiddenLast = 0;
  #trouble = "";
  #aside = false;

  /** Begins no line yet. */
  constructor(options: TextLineOptions = {}) {
    this.#color = options.color ?? false;
    this.#prefixes = prefixesOf(options);
  }

  get length(): number {
    return this.#bytes.length;
  }

  get columns(): number {
    return this.#bytes.length - this.#hidden;
  }

  start(time: string, level: LogLevel, message: string): void {
    const name = LEVEL_TEXTS[level];
    const what = escapeUnprintable(message);
    const colour = LEVEL_COLOURS[level];
    this.#trouble = level === "warn" || level === "error" ? colour : "";
    const plain = `${time} ${name} ${what}`;
    const shown = `${BOLD}${this.#trouble}${what}${PLAIN}`;
    this.#bytes.back(0);
    this.#bytes.text(this.#prefixes[level]);
    this.#bytes.text(
      this.#color
        ? `${FAINT}${time}${PLAIN} ${colour}${name}${PLAIN} ${shown}`
        : plain,
    );
    this.#hidden = this.#bytes.length - plain.length;
    this.#aside = false;
  }

  put(name: string, value: LogValue): void {
    this.#hiddenLast = 0;
    if (value === null || value === undefined) return;
    const bytes = this.#bytes;
    const colour = this.#color ? this.#colourOf(name) : "";
    bytes.text(" ");
    if (colour !== "") bytes.text(colour);
    bytes.text(fieldName(name));
    bytes.text("=");
    this.#value(value);
    if (colour === "") return;
    bytes.text(PLAIN);
    this.#hiddenLast = colour.length + PLAIN.length;
    this.#hidden += this.#hiddenLast;
  }

  back(length: number): void {
    this.#bytes.back(length);
    this.#hidden -= this.#hiddenLast;
    this.#hiddenLast = 0;
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
