/**
 * Settings of sslh, wherever they come from: a config file or a command line.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";

/** A setting. */
export interface Field {
  readonly name: string;
  readonly origin: Origin;
  /**
   * Texts are bytes, a character each; `null`: a group, or a list of something
   * else than texts.
   */
  readonly value: string | number | boolean | readonly string[] | null;
}

/** A setting that nobody took. */
export interface LeftField extends Field {
  /** What sslh takes here: as this is something else, it ignores it. */
  readonly expected?: string;
}

/** A name as it is looked up: for sslh, `-` and `_` are the same. */
export function keyOf(name: string): string {
  return name.replaceAll("-", "_");
}

/** Settings that belong together: those of a listener, of a protocol, or all. */
export class Group {
  /** Where it is. */
  readonly origin: Origin;
  readonly #fields = new Map<string, Field>();
  readonly #taken = new Set<Field>();
  /** What was expected of those that sslh ignores. */
  readonly #ignored = new Map<Field, string>();
  readonly #problems: Problems;

  /** Makes a group without settings. */
  constructor(origin: Origin, problems: Problems) {
    this.origin = origin;
    this.#problems = problems;
  }

  /** Sets or replaces a setting. */
  set(field: Field): void {
    this.#fields.set(keyOf(field.name), field);
  }

  /** Whether there is such a setting. */
  has(name: string): boolean {
    return this.#fields.has(keyOf(name));
  }

  /** The place of a setting, or of the group. */
  originOf(name: string): Origin {
    return this.#fields.get(keyOf(name))?.origin ?? this.origin;
  }

  /** Takes a text, without its bytes' meaning as characters. */
  bytes(name: string): string | undefined {
    return this.#take(name, {
      expected: "a text",
      read: (value) => typeof value === "string" ? value : undefined,
    });
  }

  /** Takes a text. */
  text(name: string): string | undefined {
    const bytes = this.bytes(name);
    return bytes === undefined ? undefined : characters(bytes);
  }

  /** Takes a number; sslh ignores anything else. */
  number(name: string): number | undefined {
    return this.#take(name, {
      expected: "a number",
      read: (value) => typeof value === "number" ? value : undefined,
      isIgnored: true,
    });
  }

  /** Takes a flag; sslh ignores anything else. Default: `false`. */
  flag(name: string): boolean {
    return this.#take(name, {
      expected: "true or false",
      read: (value) =>
        typeof value === "boolean"
          ? value
          : typeof value === "number"
          ? value !== 0
          : undefined,
      isIgnored: true,
    }) ?? false;
  }

  /** Takes a list of texts, as {@linkcode bytes}. Default: none. */
  list(name: string): readonly string[] {
    return this.#take(name, {
      expected: "an array of texts",
      read: (value) =>
        typeof value === "object" ? value ?? undefined : undefined,
    }) ?? [];
  }

  /** The settings that nobody took, and those that sslh ignores. */
  rest(): LeftField[] {
    return [...this.#fields.values()].filter((field) => !this.#taken.has(field))
      .map((field) => {
        const expected = this.#ignored.get(field);
        return expected === undefined ? field : { ...field, expected };
      });
  }

  #take<T>(name: string, { expected, read, isIgnored = false }: Reading<T>) {
    const field = this.#fields.get(keyOf(name));
    if (field === undefined) return undefined;
    const value = read(field.value);
    if (value === undefined && isIgnored) {
      this.#ignored.set(field, expected);
      return undefined;
    }
    if (value === undefined && !this.#taken.has(field)) {
      this.#problems.add(
        field.origin,
        `Invalid value of "${name}": found ${
          shown(field)
        }, expected ${expected}`,
      );
    }
    this.#taken.add(field);
    return value;
  }
}

/** How a setting is read. */
interface Reading<T> {
  /** In words, such as `a text`. */
  readonly expected: string;
  /** `undefined`: it is something else. */
  readonly read: (value: Field["value"]) => T | undefined;
  /** Whether sslh ignores something else. Default: it is an error. */
  readonly isIgnored?: boolean;
}

/** The value of a setting in a few words. */
export function shown({ value }: Field): string {
  if (value === null) return "a group, or a list of something else than texts";
  return typeof value === "object" ? "a list" : quoted(String(value));
}

/** Settings of sslh. */
export interface SslhSettings {
  readonly global: Group;
  readonly listeners: Group[];
  /** In the order in which sslh tries them. */
  readonly protocols: Group[];
}

/** Bytes as characters of UTF-8, or, if they are none, each as it is. */
export function characters(bytes: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return bytes;
  }
}
