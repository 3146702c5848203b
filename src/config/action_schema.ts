/**
 * The shape of actions.
 *
 * @module
 */
import * as v from "valibot";
import { orList } from "./diagnostics.ts";
import { connectTimeout, idleTimeout } from "./options_schema.ts";
import { BALANCES } from "./plan.ts";
import {
  duration,
  fields,
  objectOr,
  oneOf,
  optional,
  required,
  text,
  wholeNumber,
} from "./schema_parts.ts";
import { health, toAddr, UPSTREAM_KINDS, within } from "./upstream_schema.ts";

/** The words for `action`. */
export const ACTIONS = ["FORWARD", "REJECT"] as const;

/** The words for `with` of a REJECT. */
const REJECT_WITH = [
  "close",
  "tls_alert",
  "http_status",
  "drop",
  "refused",
] as const;
const PROXY_VERSIONS = ["v1", "v2"] as const;

const name = optional(text, "Label for the log");
const FORWARD = fields({
  action: required(
    v.literal("FORWARD"),
    "FORWARD: connect the client to a target",
  ),
  to_addr: required(
    toAddr,
    "Target, or a list of targets",
    {
      examples: ["127.0.0.1:8080"],
      details:
        'A target is "host:port", "unix:/path", or an object with "addr". A list is an upstream. "srv:NAME" stands for the targets of a DNS SRV record. Under a wildcard rule, "{sni}:443" and "{host}:80" stand for the name that the client asks for. "file:PATH" stands for the target in a file, in a list for those on its lines',
    },
  ),
  within: optional(
    within,
    'Targets that the answer for a "srv:" target may name; required there',
    {
      details:
        'A list of names ("*.service.consul"), IPv4 blocks ("10.0.0.0/8") and single IP addresses, each with or without ":port"',
    },
  ),
  balance: optional(
    oneOf(BALANCES),
    "How a target of the list is chosen",
    { default: "round_robin" },
  ),
  retries: optional(
    wholeNumber(0, 100),
    "Number of other targets that are tried after a failed dial",
    { absent: "each target once" },
  ),
  health: optional(
    health,
    "Health checks: does the target accept connections?",
    { absent: "no checks" },
  ),
  name,
  connect_timeout: connectTimeout,
  idle_timeout: idleTimeout,
  allow_private: optional(
    v.boolean("true or false"),
    'Allow "{sni}" and "{host}" to resolve to addresses that are not public',
    {
      default: false,
      details:
        "Addresses that are not public are, among others, loopback, private and link-local ones",
    },
  ),
  send_proxy: optional(
    oneOf(PROXY_VERSIONS),
    "Version of the PROXY header that is sent to the target",
    { absent: "no header" },
  ),
});

const REJECT = fields({
  action: required(v.literal("REJECT"), "REJECT: refuse the connection"),
  with: optional(
    oneOf(REJECT_WITH),
    "What the client gets before the connection is closed",
    {
      default: "close",
      details:
        '"close" sends nothing. "tls_alert" sends a TLS alert, "http_status" an HTTP response, each where that protocol was found. "drop" sends nothing and keeps the connection open until the client leaves or is idle. Over UDP, "tls_alert" closes a QUIC connection with that alert, and "refused" answers a DNS query with RCODE 5',
    },
  ),
  status: optional(
    wholeNumber(400, 599),
    "Status code of http_status",
    { default: 421 },
  ),
  idle_timeout: optional(
    duration,
    'How long "drop" keeps a client that sends nothing',
    { absent: "that of the server" },
  ),
  name,
});

/** An action, or the address that it forwards to. */
export const action = objectOr(
  v.variant("action", [
    v.strictObject(FORWARD, "FORWARD"),
    v.strictObject(REJECT, "REJECT"),
  ], orList(ACTIONS.map((word) => JSON.stringify(word)))),
  v.string(
    'an object such as { "action": "REJECT" } or an address such as "127.0.0.1:8080"',
  ),
);

/** The closed objects here, by the name their messages carry. */
export const ACTION_KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  FORWARD,
  REJECT,
  ...UPSTREAM_KINDS,
};
