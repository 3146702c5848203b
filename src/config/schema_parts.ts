/**
 * What the config's schema is made of: types of values, and fields that say what
 * they are for.
 *
 * The message of each type says what is expected; `shape.ts` puts it into a
 * sentence with what was found. What a field says about itself is shown by
 * editors (`configs/passthru.schema.json`) and by `configs/README.md`.
 *
 * @module
 */
import * as v from "valibot";
import { orList } from "./diagnostics.ts";
import { DURATION_PATTERN, SIZE_PATTERN } from "./units.ts";

/** What a field says about itself beside its purpose. */
export interface FieldNotes {
  /** A longer explanation: whole sentences, the last without its full stop. */
  readonly details?: string;
  /** What holds without the field, where that is no value: `no limit`. */
  readonly absent?: string;
  /** What it is when it is left out, as the config would spell it. */
  readonly default?: string | number | boolean;
  /** Values for an editor to offer. */
  readonly examples?: readonly string[];
}

/** What a field says about itself. */
export interface FieldAbout extends FieldNotes {
  /** What it is for, in one short phrase; `undefined`: it does not say. */
  readonly summary?: string;
  readonly mandatory?: boolean;
}

/** Any text. */
export const text = v.string("a string");

/** A duration: `"750ms"`. */
export const duration = v.pipe(
  v.string('a duration such as "750ms", "5s", "2m" or "1h"'),
  v.regex(DURATION_PATTERN, 'a duration such as "750ms", "5s", "2m" or "1h"'),
);

/** A size: `"16KiB"`. */
export const size = v.pipe(
  v.string('a size such as "16KiB"'),
  v.regex(SIZE_PATTERN, 'a size such as "512B", "16KiB" or "1MiB"'),
);

/** A text that fits a pattern. */
export function textLike(pattern: RegExp, expected: string) {
  return v.pipe(v.string(expected), v.regex(pattern, expected));
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );
}

/** An object and no array, which valibot would take for one. */
export function object<T extends v.GenericSchema>(schema: T, expected: string) {
  return v.pipe(
    v.custom<v.InferInput<T>>(isObject, expected),
    schema,
  );
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list with at least one entry. */
export function list<T extends v.GenericSchema>(item: T, expected: string) {
  return v.pipe(v.array(item, expected), v.minLength(1, expected));
}

/**
 * One schema for lists and one for everything else. Not a union, whose issues
 * would be about the value as a whole.
 */
export function listOr<L extends v.GenericSchema, T extends v.GenericSchema>(
  whenList: L,
  otherwise: T,
) {
  return v.lazy((value): v.GenericSchema => {
    // Nothing has no value to choose by: what makes the JSON Schema asks so.
    if (value === undefined) return v.union([otherwise, whenList]);
    return Array.isArray(value) ? whenList : otherwise;
  });
}

/** As {@linkcode listOr}, for objects. */
export function objectOr<O extends v.GenericSchema, T extends v.GenericSchema>(
  whenObject: O,
  otherwise: T,
) {
  return v.lazy((value): v.GenericSchema => {
    if (value === undefined) return v.union([otherwise, whenObject]);
    return isObject(value) ? whenObject : otherwise;
  });
}

/** One of some words. */
export function oneOf<const T extends readonly string[]>(words: T) {
  return v.picklist(words, orList(words.map((word) => JSON.stringify(word))));
}

/**
 * A field that may be left out.
 *
 * @param about What it is for: a short phrase without a full stop.
 */
export function optional<T extends v.GenericSchema>(
  schema: T,
  about: string,
  notes: FieldNotes = {},
) {
  return v.pipe(
    v.optional(schema),
    v.description(wholeText(about, notes)),
    v.metadata({ summary: about, ...notes }),
  );
}

/** A field that must be there; as {@linkcode optional}. */
export function required<T extends v.GenericSchema>(
  schema: T,
  about: string,
  notes: FieldNotes = {},
) {
  return v.pipe(
    schema,
    v.description(wholeText(about, notes)),
    v.metadata({ summary: about, mandatory: true, ...notes }),
  );
}

/** What an editor shows of a field. */
function wholeText(about: string, { details, absent }: FieldNotes): string {
  const sentences = [about];
  if (details !== undefined) sentences.push(details);
  if (absent !== undefined) sentences.push(`Default: ${absent}`);
  return sentences.join(". ");
}

/** What a field says about itself. */
export function aboutField(schema: v.GenericSchema): FieldAbout {
  return v.getMetadata(schema);
}

/** Fields by name, without the ones that every object inherits. */
export function fields<T extends v.ObjectEntries>(entries: T): T {
  return Object.assign(Object.create(null), entries);
}
