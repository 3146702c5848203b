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
import { SILENT_AFTER_MS } from "./silence.ts";
import { formatDuration, formatSize } from "./units.ts";

/** Of an action, too. */
export const connectTimeout = optional(
  duration,
  "Maximum time for the target to accept the connection",
  { default: formatDuration(DEFAULTS.connectTimeoutMs) },
);
/** Of an action, too. */
export const idleTimeout = optional(
  duration,
  'Maximum time without a byte in either direction; "0s" is no limit',
  { default: formatDuration(DEFAULTS.idleTimeoutMs) },
);

/** Largest limit of connections. */
export const MOST_CONNECTIONS = 1_000_000;

const BLOCKS = 'a list of blocks such as ["10.0.0.0/8"]';

const LINES =
  'An entry "file:PATH" stands for the blocks on the lines of a file';

const ACCEPT_PROXY = fields({
  from: required(
    v.pipe(
      v.array(v.string('a block such as "10.0.0.0/8"'), BLOCKS),
      v.minLength(1, "a list of at least one block"),
    ),
    "Address blocks whose PROXY headers are accepted",
    { details: LINES },
  ),
  required: optional(
    v.boolean("true or false"),
    "Refuse connections without a header and from other addresses",
    { default: true },
  ),
});

const MOST_PER_SECOND = 100_000;

const blocks = v.pipe(
  v.custom<unknown[]>(Array.isArray, "a list of addresses"),
  v.array(v.string('an address such as "10.0.0.0/8"')),
);

const OPTIONS = fields({
  listen: optional(
    v.string('an address such as ":443", or "file:PATH"'),
    "Address to listen on, in place of the key of the server",
    {
      details:
        'The key is then only the name of the server. "file:PATH" stands for the address in a file. Not in "defaults"',
      absent: "the key",
      examples: ["file:listen.addr"],
    },
  ),
  detect_timeout: optional(
    duration,
    "Maximum time to detect the protocol of a connection",
    {
      default: formatDuration(DEFAULTS.detectTimeoutMs),
    },
  ),
  silent_after: optional(
    duration,
    "Maximum time to wait for the first byte of a client, at most detect_timeout",
    {
      details:
        "A client that has sent nothing by then goes to SILENT, or to the server's CATCHALL; where neither forwards it, or the config's version is v0.2.0, the default is detect_timeout",
      absent: `"${formatDuration(SILENT_AFTER_MS)}"`,
    },
  ),
  connect_timeout: connectTimeout,
  idle_timeout: idleTimeout,
  max_peek: optional(
    size,
    "Maximum number of bytes to peek at, 512B to 64KiB",
    { default: formatSize(DEFAULTS.maxPeekBytes) },
  ),
  backlog: optional(
    wholeNumber(1, 65535),
    "Length of the kernel's accept queue; a reload does not change it",
    { default: DEFAULTS.backlog },
  ),
  accept_proxy: optional(
    object(
      v.strictObject(ACCEPT_PROXY, "accept_proxy"),
      'an object such as { "from": ["10.0.0.0/8"] }',
    ),
    "Sources whose PROXY headers are accepted",
    { absent: "none" },
  ),
  max_connections: optional(
    wholeNumber(1, MOST_CONNECTIONS),
    "Maximum number of open connections of this server",
    { absent: "no limit" },
  ),
  max_connections_per_ip: optional(
    wholeNumber(1, MOST_CONNECTIONS),
    "Maximum number of open connections per client address",
    {
      details: "An IPv6 client is counted by its /64 network",
      absent: "no limit",
    },
  ),
  max_new_per_second_per_ip: optional(
    wholeNumber(1, MOST_PER_SECOND),
    "Maximum number of new connections per second and client address",
    {
      details: "An IPv6 client is counted by its /64 network",
      absent: "no limit",
    },
  ),
  allow: optional(
    blocks,
    "Address blocks whose clients are served",
    {
      details: `Clients from other addresses are refused. ${LINES}`,
      absent: "all",
    },
  ),
  deny: optional(
    blocks,
    'Address blocks whose clients are refused, even if in "allow"',
    { details: LINES, absent: "none" },
  ),
});

/** Options of a server, or of all. */
export const options = object(
  v.strictObject(OPTIONS, "options"),
  'an object such as { "detect_timeout": "5s" }',
);

/** The closed objects here, by the name their messages carry. */
export const OPTIONS_KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  options: OPTIONS,
  accept_proxy: ACCEPT_PROXY,
};
