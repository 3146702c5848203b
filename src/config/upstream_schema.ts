/**
 * The shape of an upstream: the targets of an action, and their checks.
 *
 * @module
 */
import * as v from "valibot";
import { HEALTH_DEFAULTS } from "./plan.ts";
import {
  duration,
  fields,
  list,
  listOr,
  object,
  objectOr,
  optional,
  required,
  wholeNumber,
} from "./schema_parts.ts";
import { formatDuration } from "./units.ts";

const MAX_WEIGHT = 256;

const TARGET = fields({
  addr: required(
    v.string('an address such as "127.0.0.1:8080"'),
    "Address of the target: host:port or unix:/path",
  ),
  weight: optional(
    wholeNumber(0, MAX_WEIGHT),
    "Share of connections relative to the other targets; 0 is none",
    { default: 1 },
  ),
  backup: optional(
    v.boolean("true or false"),
    "Use it only while no other target is up",
    { default: false },
  ),
});

const HEALTH = fields({
  interval: optional(duration, "Time between two checks", {
    default: formatDuration(HEALTH_DEFAULTS.intervalMs),
  }),
  timeout: optional(
    duration,
    "Maximum time for the target to accept the connection",
    {
      default: formatDuration(HEALTH_DEFAULTS.timeoutMs),
    },
  ),
  fall: optional(
    wholeNumber(1, 100),
    "Consecutive failed checks after which the target is down",
    { default: HEALTH_DEFAULTS.fall },
  ),
  rise: optional(
    wholeNumber(1, 100),
    "Consecutive successful checks after which it is up again",
    { default: HEALTH_DEFAULTS.rise },
  ),
});

const target = objectOr(
  v.strictObject(TARGET, "target"),
  v.string(
    'an address such as "127.0.0.1:8080" or an object such as { "addr": "127.0.0.1:8080", "weight": 2 }',
  ),
);

/** `to_addr`: an address, or a list of targets. */
export const toAddr = listOr(
  list(target, "at least one address"),
  v.string('an address such as "127.0.0.1:8080" or a list of addresses'),
);

/** `within`. */
export const within = list(
  v.string('a name such as "*.service.consul" or a block such as "10.0.0.0/8"'),
  'a list such as ["*.service.consul", "10.0.0.0/8"]',
);

/** `health`. */
export const health = object(
  v.strictObject(HEALTH, "health"),
  'an object such as { "interval": "5s" }',
);

/** The closed objects here, by the name their messages carry. */
export const UPSTREAM_KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  target: TARGET,
  health: HEALTH,
};
