/**
 * What the runtime itself can keep targets that clients name away from. It looks
 * at its list of denied addresses after it has looked up a name.
 *
 * @module
 */
import { CidrSet } from "../address/cidr.ts";
import { ipBytes } from "../address/ip_address.ts";
import { NOT_PUBLIC_IPV4 } from "../address/not_public.ts";
import type { HostPort } from "./address.ts";
import type { Plan, TargetPlan } from "./plan.ts";
import { routesOf } from "./routes.ts";
import { isUnix } from "./unix_address.ts";

/** Blocks with how a scope spells them; it knows no blocks of IPv6. */
const BLOCKS = [
  ...NOT_PUBLIC_IPV4.map((block) => [block, block] as const),
  ["::/128", "[::]"] as const,
  ["::1/128", "[::1]"] as const,
].map(([block, scope]) => ({ set: new CidrSet([block]), scope }));

/**
 * The `net` scopes to deny beside those to allow: the blocks that are not
 * public, at the ports of targets that clients name. A block in which the Plan
 * itself has an address at that port is left out, and a port at which a name of
 * the Plan may lead there; nothing is denied where DNS tells targets of a
 * service, which may be anywhere that the Plan allows.
 */
export function denyScopes(plan: Plan): string[] {
  const targets = plan.listeners.flatMap(routesOf)
    .flatMap((route) => route.action === "FORWARD" ? route.targets : []);
  if (targets.some(({ kind }) => kind === "srv")) return [];
  const own = [
    ...plan.listeners.map(({ address }) => isUnix(address) ? null : address),
    ...targets.map((target) =>
      target.kind === "address" ? target.address : null
    ),
  ].filter((address) => address !== null);
  return dynamicPorts(targets)
    .filter((port) => !own.some((to) => to.port === port && isName(to)))
    .flatMap((port) =>
      BLOCKS
        .filter(({ set }) =>
          !own.some((to) => to.port === port && isIn(to, set))
        )
        .map(({ scope }) => `${scope}:${port}`)
    );
}

/** Ports of targets that may not lead to such addresses, sorted. */
function dynamicPorts(targets: readonly TargetPlan[]): number[] {
  const closed = new Set<number>();
  const open = new Set<number>();
  for (const target of targets) {
    if (target.kind !== "dynamic") continue;
    (target.allowPrivate ? open : closed).add(target.port);
  }
  return [...closed].filter((port) => !open.has(port)).sort((a, b) => a - b);
}

function isName({ hostname }: HostPort): boolean {
  return hostname !== "" && ipBytes(hostname) === null;
}

/** All interfaces are `::` and `0.0.0.0`. */
function isIn({ hostname }: HostPort, set: CidrSet): boolean {
  return hostname === ""
    ? set.has("::") || set.has("0.0.0.0")
    : set.has(hostname);
}
