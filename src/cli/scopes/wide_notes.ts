/**
 * Why scopes are wider than the addresses of a config.
 *
 * @module
 */
import {
  EVERY_IPV4,
  EVERYWHERE,
  wideScopes,
} from "../../config/datagram_scopes.ts";
import type { Reach } from "../../config/load.ts";
import type { Plan } from "../../config/plan.ts";

/** What each of the wide scopes is called. */
const NAMES: Readonly<Record<string, string>> = {
  [EVERYWHERE]: "the whole network",
  [EVERY_IPV4]: "every IPv4 address",
};

/** The reasons, one for each server that has one. */
export function wideNotes(plan: Plan): string[] {
  return wideScopes(plan).filter(({ scope }) => Object.hasOwn(NAMES, scope))
    .map(({ scope, why }) => `the UDP worker needs ${NAMES[scope]} for ${why}`);
}

/** What the runtime cannot be asked to permit, one for each block. */
export function reachNotes({ unnamed }: Reach): string[] {
  return unnamed.map((block) =>
    `Deno has no permissions for blocks of IPv6 addresses: when a file with bounds names a new target in ${block}, the process has to be started again with new permissions`
  );
}
