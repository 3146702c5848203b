/**
 * The permission scopes of a Plan: the exact texts that listening and dialling
 * will use, since the runtime compares texts and not addresses.
 *
 * @module
 */
import { formatHostPort, type HostPort } from "./address.ts";
import { routesOf } from "./routes.ts";
import type { Plan } from "./plan.ts";
import { targetKey } from "./targets.ts";

/**
 * The `net` scopes of a Plan, sorted, each once.
 *
 * A listener on all interfaces has two: IPv6 with IPv4, and IPv4 alone for
 * machines without IPv6. One on port 0 has its host without a port, since the
 * port is not known yet.
 */
export function netScopes(plan: Plan): string[] {
  const scopes = new Set<string>();
  for (const listener of plan.listeners) {
    for (const scope of listenScopes(listener.address)) scopes.add(scope);
    for (const route of routesOf(listener)) {
      if (route.action !== "FORWARD") continue;
      for (const target of route.targets) scopes.add(targetKey(target));
    }
  }
  return [...scopes].sort();
}

function listenScopes({ hostname, port }: HostPort): string[] {
  const hosts = hostname === "" ? ["::", "0.0.0.0"] : [hostname];
  return hosts.map((host) => {
    if (port !== 0) return formatHostPort(host, port);
    return host.includes(":") ? `[${host}]` : host;
  });
}
