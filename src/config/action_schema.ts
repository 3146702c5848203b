/**
 * The shape of actions.
 *
 * @module
 */
import * as v from "valibot";
import { orList } from "./diagnostics.ts";
import { connectTimeout, idleTimeout } from "./options_schema.ts";
import {
  fields,
  object,
  oneOf,
  optional,
  required,
  text,
} from "./schema_parts.ts";

/** The words for `action`. */
export const ACTIONS = ["FORWARD", "REJECT"] as const;

const PROXY_VERSIONS = ["v1", "v2"] as const;

const name = optional(text, "A label for the log");
const FORWARD = fields({
  action: required(
    v.literal("FORWARD"),
    "FORWARD: join the connection to a target",
  ),
  to_addr: required(
    v.string('an address such as "127.0.0.1:8080"'),
    "Where to: host:port",
    { examples: ["127.0.0.1:8080"] },
  ),
  name,
  connect_timeout: connectTimeout,
  idle_timeout: idleTimeout,
  send_proxy: optional(
    oneOf(PROXY_VERSIONS),
    "The PROXY header that the target gets before the client's bytes",
  ),
});

const REJECT = fields({
  action: required(v.literal("REJECT"), "REJECT: close the connection"),
  name,
});

/** An action. */
export const action = object(
  v.variant("action", [
    v.strictObject(FORWARD, "FORWARD"),
    v.strictObject(REJECT, "REJECT"),
  ], orList(ACTIONS.map((word) => JSON.stringify(word)))),
  'an object such as { "action": "REJECT" }',
);

/** The closed objects here, by the name their messages carry. */
export const ACTION_KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  FORWARD,
  REJECT,
};
