/**
 * The permission scopes of servers for datagrams.
 *
 * The runtime wants a permission for whom a datagram is sent to, so for each
 * client too. It knows blocks of IPv4 addresses, under which IPv4 clients of an
 * IPv6 socket fall as well, and none of IPv6.
 *
 * @module
 */
import { parseCidr } from "../address/cidr.ts";
import { ipBytes } from "../address/ip_address.ts";
import { formatHostPort } from "./address.ts";
import type { ListenerPlan, Plan, TargetPlan } from "./plan.ts";
import { partOf, routesOf } from "./routes.ts";
import { listenScopes } from "./scopes.ts";
import { isUnix } from "./unix_address.ts";
import { parseWithin } from "./within.ts";

/** What stands for the whole network. */
export const EVERYWHERE = "*";
/** Every IPv4 address. */
export const EVERY_IPV4 = "0.0.0.0/0";
/** Sockets towards targets are bound to these. */
const OWN_SOCKETS = ["0.0.0.0:0", "[::]:0"];

/** Why a scope is as wide as it is. */
export interface WideScope {
  readonly scope: string;
  /** For people: `clients of ":443/udp"`. */
  readonly why: string;
}

/**
 * What the worker that serves datagrams may reach, sorted, each once: the
 * listeners, the clients, and targets at IP addresses. Names are looked up by
 * the control plane, and may lead to any IPv4 address.
 *
 * @returns {@linkcode EVERYWHERE} alone: all of the network; empty: there are no
 * such servers.
 */
export function datagramScopes(plan: Plan): string[] {
  const { listeners } = partOf(plan, "udp");
  if (listeners.length === 0) return [];
  const scopes = new Set(OWN_SOCKETS);
  for (const listener of listeners) {
    for (const scope of clientScopes(listener)) scopes.add(scope);
    if (!isUnix(listener.address)) {
      for (const scope of listenScopes(listener.address)) scopes.add(scope);
    }
    for (const target of targetsOf(listener)) {
      for (const scope of placeScopes(target)) scopes.add(scope);
    }
  }
  return scopes.has(EVERYWHERE) ? [EVERYWHERE] : [...scopes].sort();
}

/** Whether a worker with some scopes may reach all that others name. */
export function coverScopes(
  given: readonly string[],
  needed: readonly string[],
): boolean {
  return given.includes(EVERYWHERE) ||
    needed.every((scope) =>
      given.includes(scope) || isIpv4(scope) && given.includes(EVERY_IPV4)
    );
}

/**
 * What the control plane needs beside that: the names that it looks up, without
 * a port, since no port is looked up.
 */
export function datagramNameScopes(plan: Plan): string[] {
  const targets = partOf(plan, "udp").listeners.flatMap(targetsOf);
  return [...new Set(targets.flatMap(nameScopes))].sort();
}

/** The scopes that are wider than a list of addresses, with the reasons. */
export function wideScopes(plan: Plan): WideScope[] {
  return partOf(plan, "udp").listeners.flatMap((listener) => {
    const text = listener.address.text;
    const named = targetsOf(listener).find((target) =>
      placeScopes(target).includes(EVERY_IPV4)
    );
    return [
      ...clientScopes(listener).map((scope) => ({
        scope,
        why: `answers to clients of "${text}"`,
      })),
      ...(named === undefined ? [] : [{
        scope: EVERY_IPV4,
        why: `targets of "${text}" whose addresses DNS tells`,
      }]),
    ];
  });
}

/** Whom a listener answers. */
function clientScopes({ address, limits: { allow } }: ListenerPlan): string[] {
  const blocks = allow?.map(ipv4Block) ?? [];
  if (blocks.length > 0 && blocks.every((block) => block !== null)) {
    return blocks as string[];
  }
  const isIpv4 = !isUnix(address) && ipBytes(address.hostname)?.length === 4;
  return [isIpv4 ? EVERY_IPV4 : EVERYWHERE];
}

/** A block as a scope; `null`: it is one of IPv6. */
function ipv4Block(text: string): string | null {
  const parsed = parseCidr(text);
  if (!parsed.ok || parsed.cidr.network.length !== 4) return null;
  const { network, prefix } = parsed.cidr;
  return prefix === 32 ? network.join(".") : `${network.join(".")}/${prefix}`;
}

function targetsOf(listener: ListenerPlan): TargetPlan[] {
  return routesOf(listener).flatMap((route) =>
    route.action === "FORWARD" ? route.targets : []
  );
}

/** What a target may be. */
function placeScopes(target: TargetPlan): readonly string[] {
  switch (target.kind) {
    case "address": {
      const { hostname, port } = target.address;
      return ipBytes(hostname) === null
        ? [EVERY_IPV4]
        : [formatHostPort(hostname, port)];
    }
    case "srv":
      return target.within.map((scope) =>
        nameOf(scope) === null ? scope : EVERY_IPV4
      );
    case "dynamic":
      return [EVERY_IPV4];
    case "unix":
      return [];
  }
}

function nameScopes(target: TargetPlan): string[] {
  switch (target.kind) {
    case "address":
      return ipBytes(target.address.hostname) === null
        ? [target.address.hostname]
        : [];
    case "srv":
      return target.within.flatMap((scope) => nameOf(scope) ?? []);
    case "dynamic":
      return [`*${target.under}`];
    case "unix":
      return [];
  }
}

/** The name in an entry of `within`; `null`: it has none. */
function nameOf(scope: string): string | null {
  const parsed = parseWithin(scope);
  return parsed.ok && parsed.entry.kind === "name" ? parsed.entry.value : null;
}

/** Whether a scope is one of IPv4 addresses. */
function isIpv4(scope: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+(?:\/\d+)?(?::\d+)?$/.test(scope);
}
