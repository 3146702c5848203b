/**
 * The shape of the config: which fields there are and what type each has. What
 * the values mean together is checked in `load.ts`.
 *
 * @module
 */
import * as v from "valibot";
import { action, ACTION_KINDS } from "./action_schema.ts";
import { admin, ADMIN_KINDS } from "./admin_schema.ts";
import { EXPECT_KINDS, expectSchema } from "./expect_schema.ts";
import { MOST_CONNECTIONS, options, OPTIONS_KINDS } from "./options_schema.ts";
import { DEFAULTS } from "./plan.ts";
import {
  aboutField,
  duration,
  fields,
  list,
  listOr,
  object,
  objectOr,
  oneOf,
  optional,
  required,
  text,
  wholeNumber,
} from "./schema_parts.ts";
import { formatDuration } from "./units.ts";
import { CONFIG_VERSION, LEGACY_CONFIG_VERSION } from "./version.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const LOG_FORMATS = ["text", "json"] as const;

// Every field says what it is for, which editors and the README show; a test
// demands it.

const LOG = fields({
  level: optional(oneOf(LOG_LEVELS), "Least important lines to log", {
    default: DEFAULTS.log.level,
  }),
  format: optional(oneOf(LOG_FORMATS), "How lines are written", {
    default: DEFAULTS.log.format,
  }),
  sample: optional(
    wholeNumber(0, 1_000_000),
    "How many lines of one kind are written each second; the others are counted in one line. 0: all are written",
    { default: DEFAULTS.log.sample },
  ),
  sample_level: optional(
    oneOf(LOG_LEVELS),
    "Least important lines that sample is for",
    { default: DEFAULTS.log.sampleLevel },
  ),
});

const SERVER = fields({
  options: optional(options, "Settings of this server"),
});

const server = object(
  v.objectWithRest(
    SERVER,
    objectOr(
      v.record(v.string(), action),
      v.string('an object of rules or an address such as "127.0.0.1:22"'),
    ),
  ),
  "an object of protocols",
);

const bytes = v.string('a text, or bytes such as "hex:cafe"');

const DETECTOR = fields({
  prefix: optional(
    bytes,
    'What the client\'s bytes start with: a text, or bytes such as "hex:cafe"',
  ),
  bytes: optional(bytes, "As prefix, but at offset"),
  offset: optional(wholeNumber(0, 65535), "Where bytes stand, from 0", {
    default: 0,
  }),
  regex: optional(
    v.string('a regular expression such as "^HELO "'),
    "A regular expression that the first bytes match; it runs in linear time",
  ),
  max_bytes: optional(
    wholeNumber(1, 65536),
    "On how many of the first bytes regex is tried",
    { default: 64 },
  ),
  module: optional(
    v.string('the path of a module such as "./detector.ts"'),
    "A TypeScript module whose default export is a detector; relative to this file",
  ),
});

const detector = object(
  v.strictObject(DETECTOR, "detector"),
  'an object such as { "prefix": "hex:cafe" }',
);

const resolver = listOr(
  list(
    v.string('an IP address and a port such as "127.0.0.1:53"'),
    "at least one address",
  ),
  v.string('an IP address and a port such as "127.0.0.1:53", or a list'),
);

const CONFIG = fields({
  $schema: optional(text, "For editors; not read"),
  version: required(
    v.string('a version such as "v1.0.0"'),
    `The version of the config language: ${CONFIG_VERSION}, or ${LEGACY_CONFIG_VERSION}`,
    { examples: [CONFIG_VERSION] },
  ),
  servers: required(
    object(v.record(v.string(), server), "an object of servers"),
    "What to listen on, and where to join what arrives there",
  ),
  detectors: optional(
    object(v.record(v.string(), detector), "an object of detectors"),
    "Detectors of your own, by name",
  ),
  defaults: optional(options, "Settings of all servers"),
  resolver: optional(
    resolver,
    "DNS servers that srv: targets are asked for, each tried when the one before does not answer; without it those of /etc/resolv.conf",
    { examples: ["127.0.0.1:53"] },
  ),
  admin: optional(
    admin,
    "Where to see what it does: the page, the metrics, the admin API; without it nowhere",
  ),
  log: optional(object(v.strictObject(LOG, "log"), "an object"), "The log"),
  workers: optional(
    wholeNumber(0, 1024),
    "How many workers; 0: one a core; without it one a core, at most 4",
  ),
  max_connections: optional(
    wholeNumber(1, MOST_CONNECTIONS),
    "Most connections of all servers together at a time; without it there is no limit",
  ),
  drain_timeout: optional(
    duration,
    "How long connections may go on at the stop",
    { default: formatDuration(DEFAULTS.drainTimeoutMs) },
  ),
  reload_timeout: optional(
    duration,
    "How long connections of an old config may go on after a reload; without it there is no limit",
  ),
  stall_timeout: optional(
    duration,
    "A worker whose event loop stands still for so long is replaced",
    { default: formatDuration(DEFAULTS.stallTimeoutMs) },
  ),
  expect: optional(
    v.array(expectSchema, "a list of expectations"),
    "Tests of this config: samples, and where they must go",
  ),
});

/** The schema of the whole config. */
export const configSchema = object(
  v.strictObject(CONFIG, "config"),
  'an object with "version" and "servers"',
);

/** Parts of the schema that other schemas refer to. */
export const SCHEMA_PARTS = { action, options, server };

/** The closed objects with their fields, by the name their messages carry. */
export const KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  config: CONFIG,
  ...OPTIONS_KINDS,
  ...ADMIN_KINDS,
  log: LOG,
  detector: DETECTOR,
  ...ACTION_KINDS,
  ...EXPECT_KINDS,
};

/** The names of the fields of each closed object. */
export const FIELDS: Readonly<Record<string, readonly string[]>> = Object
  .fromEntries(
    Object.entries(KINDS).map(([kind, entries]) => [
      kind,
      Object.keys(entries),
    ]),
  );

/** A value for a field of a closed object; `undefined`: it offers none. */
export function exampleOf(kind: string, field: string): string | undefined {
  const fields = Object.hasOwn(KINDS, kind) ? KINDS[kind]! : {};
  return Object.hasOwn(fields, field)
    ? aboutField(fields[field] as v.GenericSchema).examples?.[0]
    : undefined;
}

/** One way in which a value does not have the shape. */
export type ShapeIssue = v.InferIssue<typeof configSchema>;

/** All ways in which a value does not have the shape of a config. */
export function shapeIssues(value: unknown): readonly ShapeIssue[] {
  const result = v.safeParse(configSchema, value, { abortPipeEarly: true });
  return result.issues ?? [];
}
