/**
 * The shape of the config: which fields there are and what type each has. What
 * the values mean together is checked in `load.ts`.
 *
 * @module
 */
import * as v from "valibot";
import { action, ACTION_KINDS } from "./action_schema.ts";
import { admin, ADMIN_KINDS } from "./admin_schema.ts";
import { DETECTOR_KINDS, detectorSchema } from "./detector_schema.ts";
import { EXPECT_KINDS, expectSchema } from "./expect_schema.ts";
import { INCLUDE_KINDS, includeField } from "./include_schema.ts";
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

// Every field says what it is for, which editors and configs/README.md show; a
// test requires it.

const LOG = fields({
  level: optional(oneOf(LOG_LEVELS), "Least important level that is logged", {
    default: DEFAULTS.log.level,
  }),
  format: optional(oneOf(LOG_FORMATS), "Format of the lines", {
    default: DEFAULTS.log.format,
  }),
  sample: optional(
    wholeNumber(0, 1_000_000),
    "Lines of one kind that each worker writes per second",
    {
      default: DEFAULTS.log.sample,
      details:
        "Further lines of that kind are counted, and one line reports their number. 0 writes every line",
    },
  ),
  sample_level: optional(
    oneOf(LOG_LEVELS),
    'Least important level that "sample" applies to',
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
  'an object such as { "SSH": "127.0.0.1:22" }',
);

const resolver = listOr(
  list(
    v.string('an IP address and a port such as "127.0.0.1:53"'),
    "at least one address",
  ),
  v.string('an IP address and a port such as "127.0.0.1:53", or a list'),
);

const $schema = optional(
  text,
  "Path of the JSON Schema, for editors; passthru ignores it",
);
const version = v.string('a version such as "v1.0.0"');
const versions =
  `Version of the config language: ${CONFIG_VERSION} or ${LEGACY_CONFIG_VERSION}`;
const servers = object(
  v.record(v.string(), server),
  'an object such as { ":443": { "SSH": "127.0.0.1:22" } }',
);
const detectors = optional(
  object(
    v.record(v.string(), detectorSchema),
    'an object such as { "GREETER": { "prefix": "HELLO " } }',
  ),
  "Custom detectors, by name",
);
const expectations = v.array(
  expectSchema,
  'a list such as [{ "hello": { "sni": "x" }, "rule": "TLS/SNI x" }]',
);

const CONFIG = fields({
  $schema,
  version: required(version, versions, { examples: [CONFIG_VERSION] }),
  include: includeField,
  servers: required(
    servers,
    "Addresses to listen on, each with its protocols and rules",
  ),
  detectors,
  defaults: optional(options, "Default options of all servers"),
  resolver: optional(
    resolver,
    'DNS servers for "srv:" targets: "IP:port" or a list',
    {
      examples: ["127.0.0.1:53"],
      details: "Servers of a list are tried in order until one answers",
      absent: "/etc/resolv.conf",
    },
  ),
  admin: optional(
    admin,
    "Address of the status page, the metrics and the admin API",
    { absent: "not served" },
  ),
  log: optional(
    object(
      v.strictObject(LOG, "log"),
      'an object such as { "level": "debug" }',
    ),
    "Log settings",
  ),
  workers: optional(
    wholeNumber(0, 1024),
    "Number of workers; 0 is one per core",
    { absent: "one per core, at most 4" },
  ),
  max_connections: optional(
    wholeNumber(1, MOST_CONNECTIONS),
    "Maximum number of open connections of all servers together",
    { absent: "no limit" },
  ),
  drain_timeout: optional(
    duration,
    "How long open connections may continue after a stop signal",
    { default: formatDuration(DEFAULTS.drainTimeoutMs) },
  ),
  reload_timeout: optional(
    duration,
    "How long connections of the old config may continue after a reload",
    { absent: "no limit" },
  ),
  stall_timeout: optional(
    duration,
    "A worker whose event loop is blocked for this long is replaced",
    { default: formatDuration(DEFAULTS.stallTimeoutMs) },
  ),
  expect: optional(
    expectations,
    "Tests of this config: sample connections and their expected outcome",
  ),
});

const INCLUDED = fields({
  $schema,
  version: optional(version, versions, { absent: "that of the config" }),
  servers: optional(
    servers,
    "Further servers, and further protocols and rules of servers of the config",
  ),
  detectors,
  expect: optional(
    expectations,
    "Further tests: sample connections and their expected outcome",
  ),
});

/** The schema of the whole config. */
export const configSchema = object(
  v.strictObject(CONFIG, "config"),
  'an object with "version" and "servers"',
);

/** The schema of a file that a config includes. */
const includedSchema = object(
  v.strictObject(INCLUDED, "included"),
  'an object with "servers"',
);

/** Parts of the schema that other schemas refer to. */
export const SCHEMA_PARTS = { action, options, server };

/** The closed objects with their fields, by the name their messages carry. */
export const KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  config: CONFIG,
  ...INCLUDE_KINDS,
  included: INCLUDED,
  ...OPTIONS_KINDS,
  ...ADMIN_KINDS,
  log: LOG,
  ...DETECTOR_KINDS,
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
export type ShapeIssue = v.InferIssue<
  typeof configSchema | typeof includedSchema
>;

/** A whole file, by what it is. */
export type FileKind = "config" | "included";

/**
 * The ways in which a value does not have the shape of a file: all, or the first
 * alone.
 */
export function shapeIssues(
  value: unknown,
  { kind, first }: { readonly kind: FileKind; readonly first: boolean },
): readonly ShapeIssue[] {
  const schema = kind === "config" ? configSchema : includedSchema;
  const result = v.safeParse(schema, value, {
    abortPipeEarly: true,
    abortEarly: first,
  });
  return result.issues ?? [];
}
