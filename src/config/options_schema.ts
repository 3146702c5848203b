/**
 * The shape of a server's options.
 *
 * @module
 */
import * as v from "valibot";
import { DEFAULTS } from "./plan.ts";
import {
  duration,
  fields,
  object,
  optional,
  required,
  size,
  wholeNumber,
} from "./schema_parts.ts";
import { formatDuration, formatSize } from "./units.ts";

/** Of an action, too. */
export const connectTimeout = optional(
  duration,
  "Longest wait for the target to accept",
  { default: formatDuration(DEFAULTS.connectTimeoutMs) },
);
/** Of an action, too. */
export const idleTimeout = optional(
  duration,
  'Longest time without a byte either way; "0s": none',
  { default: formatDuration(DEFAULTS.idleTimeoutMs) },
);

/** Largest limit of connections. */
export const MOST_CONNECTIONS = 1_000_000;

const BLOCKS = 'a list of blocks such as ["10.0.0.0/8"]';

const ACCEPT_PROXY = fields({
  from: required(
    v.pipe(
      v.array(v.string('a block such as "10.0.0.0/8"'), BLOCKS),
      v.minLength(1, "a list of at least one block"),
    ),
    "Blocks of addresses whose PROXY headers are believed",
  ),
  required: optional(
    v.boolean("true or false"),
    "Whether a connection without a header is refused, and one from elsewhere",
    { default: true },
  ),
});

const MOST_PER_SECOND = 100_000;

const blocks = v.pipe(
  v.custom<unknown[]>(Array.isArray, "a list of addresses"),
  v.array(v.string('an address such as "10.0.0.0/8"')),
);

const OPTIONS = fields({
  detect_timeout: optional(duration, "Total time to identify a connection", {
    default: formatDuration(DEFAULTS.detectTimeoutMs),
  }),
  connect_timeout: connectTimeout,
  idle_timeout: idleTimeout,
  max_peek: optional(
    size,
    "Most bytes that are peeked at, 512B to 64KiB",
    { default: formatSize(DEFAULTS.maxPeekBytes) },
  ),
  backlog: optional(
    wholeNumber(1, 65535),
    "Connections that the kernel queues (a reload keeps it)",
    { default: DEFAULTS.backlog },
  ),
  accept_proxy: optional(
    object(
      v.strictObject(ACCEPT_PROXY, "accept_proxy"),
      'an object such as { "from": ["10.0.0.0/8"] }',
    ),
    "From whom PROXY headers are taken; without it from nobody",
  ),
  max_connections: optional(
    wholeNumber(1, MOST_CONNECTIONS),
    "Most connections of the server at a time; without it there is no limit",
  ),
  max_connections_per_ip: optional(
    wholeNumber(1, MOST_CONNECTIONS),
    "Most connections of a client's address at a time; an IPv6 address counts with its /64",
  ),
  max_new_per_second_per_ip: optional(
    wholeNumber(1, MOST_PER_SECOND),
    "Most new connections a second of a client's address",
  ),
  allow: optional(
    blocks,
    "Blocks of addresses of which alone clients are served; without it all are",
  ),
  deny: optional(
    blocks,
    "Blocks of addresses of which no client is served; stronger than allow",
  ),
});

/** Options of a server, or of all. */
export const options = object(
  v.strictObject(OPTIONS, "options"),
  "an object of options",
);

/** The closed objects here, by the name their messages carry. */
export const OPTIONS_KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  options: OPTIONS,
  accept_proxy: ACCEPT_PROXY,
};
