/**
 * Log lines as JSON: one flat object a line.
 *
 * @module
 */
import type { LogLevel, LogValue } from "./log_level.ts";
import { LINE_HEAD, type LogLine } from "./log_line.ts";
import { quoted } from "./printable.ts";
import { shorten } from "./shorten.ts";

/** Names of fields that are remembered; those of facts can be any. */
const MAX_KEYS = 256;

/**
 * A {@linkcode LogLine} in JSON. The text is built directly: this is on the way
 * of every connection.
 */
export class JsonLine implements LogLine {
  readonly forPeople = false;
  /** What stands in front of the values, by the names of their fields. */
  readonly #keys = new Map<string, string>();
  #text = "";

  get length(): number {
    return this.#text.length;
  }

  start(time: string, level: LogLevel, message: string): void {
    this.#text = `{"time":"${time}","level":"${level}","msg":${
      quoted(message)
    }`;
  }

  put(name: string, value: LogValue): void {
    if (value === null || value === undefined) return;
    this.#text += (this.#keys.get(name) ?? this.#key(name)) + jsonValue(value);
  }

  back(length: number): void {
    this.#text = this.#text.slice(0, length);
  }

  aside(): void {}

  end(): string {
    return this.#text + "}\n";
  }

  #key(name: string): string {
    const key = `,${LINE_HEAD.has(name) ? `"${name}_"` : quoted(name)}:`;
    if (this.#keys.size < MAX_KEYS) this.#keys.set(name, key);
    return key;
  }
}

function jsonValue(value: Exclude<LogValue, null | undefined>): string {
  switch (typeof value) {
    case "string":
      return quoted(shorten(value));
    case "number":
      return Number.isFinite(value) ? String(value) : "null";
    case "boolean":
      return String(value);
    default:
      return `[${value.map(quoted).join()}]`;
  }
}
