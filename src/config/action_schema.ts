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
const REJECT_WITH = ["close", "tls_alert", "http_status", "drop"] as const;
const PROXY_VERSIONS = ["v1", "v2"] as const;

const name = optional(text, "A label for the log");
const FORWARD = fields({
  action: required(
    v.literal("FORWARD"),
    "FORWARD: join the connection to a target",
  ),
  to_addr: required(
    toAddr,
    "Where to: host:port, unix:/path, or a list of them, an upstream; srv: and the name of a service that DNS tells the targets of; or, under a wildcard, {sni}:443 or {host}:80, what the client asks for",
    { examples: ["127.0.0.1:8080"] },
  ),
  within: optional(
    within,
    "With srv: only, and needed there: what its answers may be, names (*.service.consul), blocks of IPv4 addresses (10.0.0.0/8) and single IP addresses, each with :port or without",
  ),
  balance: optional(
    oneOf(BALANCES),
    "How a target is chosen from a list",
    { default: "round_robin" },
  ),
  retries: optional(
    wholeNumber(0, 100),
    "How many other targets of a list are tried when a dial fails; without it each of them once",
  ),
  health: optional(
    health,
    "Checks whether the targets accept connections; without it there are none",
  ),
  name,
  connect_timeout: connectTimeout,
  idle_timeout: idleTimeout,
  allow_private: optional(
    v.boolean("true or false"),
    "Whether {sni} and {host} may lead to addresses that are not public, such as loopback, private and link-local ones",
    { default: false },
  ),
  send_proxy: optional(
    oneOf(PROXY_VERSIONS),
    "The PROXY header that the target gets before the client's bytes",
  ),
});

const REJECT = fields({
  action: required(v.literal("REJECT"), "REJECT: close the connection"),
  with: optional(
    oneOf(REJECT_WITH),
    "What the client is told before; drop: nothing, and it is kept waiting",
    { default: "close" },
  ),
  status: optional(
    wholeNumber(400, 599),
    "The status of http_status",
    { default: 421 },
  ),
  idle_timeout: optional(
    duration,
    "How long drop keeps a silent client waiting; without it as the options say",
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
