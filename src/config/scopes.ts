/**
 * The permission scopes of a Plan: the exact texts that listening and dialling
 * will use, since the runtime compares texts and not addresses.
 *
 * @module
 */
import { formatHostPort } from "./address.ts";
import { partOf, routesOf } from "./routes.ts";
import type { Plan } from "./plan.ts";
import { targetScopes } from "./targets.ts";
import {
  freshPath,
  isUnix,
  type ListenAddress,
  UNIX_PREFIX,
} from "./unix_address.ts";

/**
 * The `net` scopes of a Plan's TCP listeners and their targets, sorted, each
 * once: what a worker that serves them may reach.
 *
 * A listener on all interfaces has two: IPv6 with IPv4, and IPv4 alone for
 * machines without IPv6. One on port 0 has its host without a port, since the
 * port is not known yet.
 */
export function netScopes(plan: Plan): string[] {
  const scopes = new Set<string>();
  for (const listener of partOf(plan, "tcp").listeners) {
    for (const scope of listenScopes(listener.address)) scopes.add(scope);
    for (const route of routesOf(listener)) {
      if (route.action !== "FORWARD") continue;
      for (const scope of route.targets.flatMap(targetScopes)) {
        scopes.add(scope);
      }
    }
  }
  return [...scopes].sort();
}

/**
 * The `net` scopes of the admin address: the control plane's own, which no data
 * plane gets.
 */
export function adminScopes({ admin }: Pick<Plan, "admin">): string[] {
  return admin === undefined ? [] : listenScopes(admin.listen);
}

/**
 * The Unix sockets of a Plan, sorted, each once: the runtime wants `read` and
 * `write` for them beside `net`. A listener's is made under another name first.
 */
export function socketScopes(plan: Plan): string[] {
  const paths = new Set<string>();
  for (const listener of plan.listeners) {
    for (const path of listenPaths(listener.address)) paths.add(path);
    for (const route of routesOf(listener)) {
      if (route.action !== "FORWARD") continue;
      for (const target of route.targets) {
        if (target.kind === "unix") paths.add(target.path);
      }
    }
  }
  return [...paths].sort();
}

function listenPaths(address: ListenAddress): string[] {
  return isUnix(address) ? [address.path, freshPath(address.path)] : [];
}

/** What is needed to listen on an address. */
export function listenScopes(address: ListenAddress): string[] {
  if (isUnix(address)) {
    return listenPaths(address).map((path) => UNIX_PREFIX + path);
  }
  const { hostname, port } = address;
  const hosts = hostname === "" ? ["::", "0.0.0.0"] : [hostname];
  return hosts.map((host) => {
    if (port !== 0) return formatHostPort(host, port);
    return host.includes(":") ? `[${host}]` : host;
  });
}
