/**
 * What the runtime itself can keep targets that clients name away from. It looks
 * at its list of denied addresses after it has looked up a name.
 *
 * @module
 */
import {
  type Cidr,
  CidrSet,
  isWithinBlock,
  parseCidr,
} from "../address/cidr.ts";
import { ipBytes } from "../address/ip_address.ts";
import { NOT_PUBLIC_IPV4 } from "../address/not_public.ts";
import type { HostPort } from "./address.ts";
import type { Plan, TargetPlan } from "./plan.ts";
import { DNS_PORT } from "./resolver.ts";
import { needsDiscovery, partOf, routesOf } from "./routes.ts";
import { isUnix } from "./unix_address.ts";
import { parseWithin, type WithinEntry } from "./within.ts";

/** Blocks with how a scope spells them; it knows no blocks of IPv6. */
const BLOCKS: readonly (readonly [block: string, scope: string])[] = [
  ...NOT_PUBLIC_IPV4.map((block) => [block, block] as const),
  ["::/128", "[::]"],
  ["::1/128", "[::1]"],
];

/**
 * The `net` scopes to deny beside those to allow: the blocks that are not
 * public, at the ports of targets that clients name. A block in which the Plan
 * itself has an address at that port is left out, and a port at which a name of
 * the Plan may lead there; so is what may be found for a service, and where DNS
 * is asked for it. The admin address counts as an address of the Plan.
 */
export function denyScopes(plan: Plan): string[] {
  const targets = plan.listeners.flatMap(routesOf)
    .flatMap((route) => route.action === "FORWARD" ? route.targets : []);
  const own = [
    ...plan.listeners.map(({ address }) => isUnix(address) ? null : address),
    ...targets.map((target) =>
      target.kind === "address" ? target.address : null
    ),
    ...(plan.resolver ?? []),
    ...(plan.admin === undefined ? [] : [plan.admin.listen]),
  ].filter((address) => address !== null);
  const within = targets.flatMap((target) =>
    target.kind === "srv" ? target.within.map(entryOf) : []
  );
  // Where datagrams go is looked at for each flow.
  const tcp = partOf(plan, "tcp").listeners.flatMap(routesOf)
    .flatMap((route) => route.action === "FORWARD" ? route.targets : []);
  const ports = dynamicPorts(tcp)
    .filter((port) => !own.some((to) => to.port === port && isName(to)))
    .filter((port) => !at(within, port).some(({ kind }) => kind === "name"))
    .filter((port) => port !== DNS_PORT || !asksSystem(plan));
  if (ports.length === 0) return [];
  const blocks = BLOCKS.map(([block, scope]) => ({
    set: new CidrSet([block]),
    cidr: cidrOf(block),
    scope,
  }));
  return ports.flatMap((port) =>
    blocks
      .filter(({ set }) => !own.some((to) => to.port === port && isIn(to, set)))
      .filter(({ cidr }) =>
        !at(within, port).some(({ value }) => overlaps(cidrOf(value), cidr))
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

/** Whether DNS is asked at addresses that the Plan does not know. */
function asksSystem(plan: Plan): boolean {
  return plan.resolver === undefined && needsDiscovery(plan);
}

/** The entries that hold a port. */
function at(within: readonly WithinEntry[], port: number): WithinEntry[] {
  return within.filter((entry) => (entry.port ?? port) === port);
}

function overlaps(a: Cidr, b: Cidr): boolean {
  return isWithinBlock(a, b) || isWithinBlock(b, a);
}

/** An entry of a Plan, which was parsed before. */
function entryOf(scope: string): WithinEntry {
  const parsed = parseWithin(scope);
  if (parsed.ok) return parsed.entry;
  throw new RangeError(`Bad entry of "within": ${parsed.problem}`);
}

function cidrOf(block: string): Cidr {
  const parsed = parseCidr(block);
  if (parsed.ok) return parsed.cidr;
  throw new RangeError(`Bad block: ${parsed.problem}`);
}
