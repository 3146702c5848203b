/**
 * The shape of the config: which fields there are and what type each has. What
 * the values mean together is checked in `load.ts`.
 *
 * @module
 */
import * as v from "valibot";
import { orList } from "./diagnostics.ts";
import { DURATION_PATTERN, SIZE_PATTERN } from "./units.ts";

/** The words for `action`. */
export const ACTIONS = ["FORWARD", "REJECT"] as const;

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const LOG_FORMATS = ["text", "json"] as const;
const PROXY_VERSIONS = ["v1", "v2"] as const;

// The message of each schema says what is expected; `shape.ts` puts it into a
// sentence with what was found.

const text = v.string("a string");
const duration = v.pipe(
  v.string('a duration such as "750ms", "5s", "2m" or "1h"'),
  v.regex(DURATION_PATTERN, 'a duration such as "750ms", "5s", "2m" or "1h"'),
);
const size = v.pipe(
  v.string('a size such as "16KiB"'),
  v.regex(SIZE_PATTERN, 'a size such as "512B", "16KiB" or "1MiB"'),
);

function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );
}

/** An object and no array, which valibot would take for one. */
function object<T extends v.GenericSchema>(schema: T, expected: string) {
  return v.pipe(
    v.custom<v.InferInput<T>>(
      (value) =>
        typeof value === "object" && value !== null && !Array.isArray(value),
      expected,
    ),
    schema,
  );
}

function oneOf<const T extends readonly string[]>(words: T) {
  return v.picklist(words, orList(words.map((word) => JSON.stringify(word))));
}

/** Fields by name, without the ones that every object inherits. */
function fields<T extends v.ObjectEntries>(entries: T): T {
  return Object.assign(Object.create(null), entries);
}

const FORWARD = fields({
  action: v.literal("FORWARD"),
  to_addr: v.string('an address such as "127.0.0.1:8080"'),
  name: v.optional(text),
  connect_timeout: v.optional(duration),
  idle_timeout: v.optional(duration),
  send_proxy: v.optional(oneOf(PROXY_VERSIONS)),
});

const REJECT = fields({
  action: v.literal("REJECT"),
  name: v.optional(text),
});

const BLOCKS = 'a list of blocks such as ["10.0.0.0/8"]';

const ACCEPT_PROXY = fields({
  from: v.pipe(
    v.array(v.string('a block such as "10.0.0.0/8"'), BLOCKS),
    v.minLength(1, "a list of at least one block"),
  ),
  required: v.optional(v.boolean("true or false")),
});

const OPTIONS = fields({
  detect_timeout: v.optional(duration),
  connect_timeout: v.optional(duration),
  idle_timeout: v.optional(duration),
  max_peek: v.optional(size),
  backlog: v.optional(wholeNumber(1, 65535)),
  accept_proxy: v.optional(
    object(
      v.strictObject(ACCEPT_PROXY, "accept_proxy"),
      'an object such as { "from": ["10.0.0.0/8"] }',
    ),
  ),
});

const LOG = fields({
  level: v.optional(oneOf(LOG_LEVELS)),
  format: v.optional(oneOf(LOG_FORMATS)),
});

const action = object(
  v.variant("action", [
    v.strictObject(FORWARD, "FORWARD"),
    v.strictObject(REJECT, "REJECT"),
  ], orList(ACTIONS.map((word) => JSON.stringify(word)))),
  'an object such as { "action": "REJECT" }',
);

const options = object(
  v.strictObject(OPTIONS, "options"),
  "an object of options",
);

const server = object(
  v.objectWithRest(
    fields({ options: v.optional(options) }),
    object(v.record(v.string(), action), "an object of rules"),
  ),
  "an object of protocols",
);

const DETECTOR = fields({
  prefix: v.optional(v.string('a text, or bytes such as "hex:cafe"')),
  bytes: v.optional(v.string('a text, or bytes such as "hex:cafe"')),
  offset: v.optional(wholeNumber(0, 65535)),
  regex: v.optional(v.string('a regular expression such as "^HELO "')),
  max_bytes: v.optional(wholeNumber(1, 65536)),
  module: v.optional(v.string('the path of a module such as "./detector.ts"')),
});

const detector = object(
  v.strictObject(DETECTOR, "detector"),
  'an object such as { "prefix": "hex:cafe" }',
);

const CONFIG = fields({
  $schema: v.optional(text),
  version: v.string('a version such as "v1.0.0"'),
  servers: object(v.record(v.string(), server), "an object of servers"),
  detectors: v.optional(
    object(v.record(v.string(), detector), "an object of detectors"),
  ),
  defaults: v.optional(options),
  log: v.optional(object(v.strictObject(LOG, "log"), "an object")),
  workers: v.optional(wholeNumber(0, 1024)),
  drain_timeout: v.optional(duration),
});

/** The schema of the whole config. */
export const configSchema = object(
  v.strictObject(CONFIG, "config"),
  'an object with "version" and "servers"',
);

/** The fields of each closed object, by the name its messages carry. */
export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  config: Object.keys(CONFIG),
  options: Object.keys(OPTIONS),
  accept_proxy: Object.keys(ACCEPT_PROXY),
  log: Object.keys(LOG),
  detector: Object.keys(DETECTOR),
  FORWARD: Object.keys(FORWARD),
  REJECT: Object.keys(REJECT),
};

/** One way in which a value does not have the shape. */
export type ShapeIssue = v.InferIssue<typeof configSchema>;

/** All ways in which a value does not have the shape of a config. */
export function shapeIssues(value: unknown): readonly ShapeIssue[] {
  const result = v.safeParse(configSchema, value);
  return result.issues ?? [];
}
