/**
 * Log lines as JSON: one flat object a line.
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
import { quoted } from "./printable.ts";
import { shorten } from "./shorten.ts";

/** Names of fields that are remembered; those of facts can be any. */
const MAX_KEYS = 256;

/** A {@linkcode LogLine} in JSON. */
export class JsonLine implements LogLine {
  readonly forPeople = false;
  /** What stands in front of the values, by the names of their fields. */
  readonly #keys = new Map<string, Uint8Array>();
  readonly #bytes = new LineBytes();
  readonly #prefixes: Readonly<Record<LogLevel, string>>;

  /** Begins no line yet. */
  constructor(options: LineOptions = {}) {
    this.#prefixes = prefixesOf(options);
  }

  get length(): number {
    return this.#bytes.length;
  }

  get columns(): number {
    return this.#bytes.length;
  }

  start(time: string, level: LogLevel, message: string): void {
    const bytes = this.#bytes;
    bytes.back(0);
    bytes.text(this.#prefixes[level]);
    bytes.text('{"time":"');
    bytes.text(time);
    bytes.text('","level":"');
    bytes.text(level);
    bytes.text('","msg":');
    bytes.quoted(message);
  }

  put(name: string, value: LogValue): void {
    if (value === null || value === undefined) return;
    this.#bytes.raw(this.#keys.get(name) ?? this.#key(name));
    this.#value(value);
  }

  back(length: number): void {
    this.#bytes.back(length);
  }

  aside(): void {}

  end(): Uint8Array {
    this.#bytes.text("}\n");
    return this.#bytes.view();
  }

  #key(name: string): Uint8Array {
    const own = LINE_HEAD.has(name) ? `${name}_` : name;
    const key = new TextEncoder().encode(`,${quoted(own)}:`);
    if (this.#keys.size < MAX_KEYS) this.#keys.set(name, key);
    return key;
  }

  #value(value: Exclude<LogValue, null | undefined>): void {
    const bytes = this.#bytes;
    switch (typeof value) {
      case "string":
        return bytes.quoted(shorten(value));
      case "number":
        return Number.isFinite(value)
          ? bytes.number(value)
          : bytes.text("null");
      case "boolean":
        return bytes.text(String(value));
      default:
        bytes.text(`[${value.map(quoted).join()}]`);
    }
  }
}
