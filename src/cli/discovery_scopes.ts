/**
 * The permissions that finding targets by DNS takes.
 *
 * @module
 */
import { lastAddress, parseCidr } from "../address/cidr.ts";
import { ipText } from "../address/ip_address.ts";
import { formatHostPort } from "../config/address.ts";
import type { Plan } from "../config/plan.ts";
import { needsDiscovery } from "../config/routes.ts";
import { parseWithin } from "../config/within.ts";
import {
  RESOLV_CONF,
  systemNameServers,
} from "../upstream/discovery/name_servers.ts";

/** Permissions as the values of the flags. */
interface AskedScopes {
  readonly net: readonly string[];
  readonly read: readonly string[];
}

/**
 * What the control plane needs to ask DNS. The servers of the system are not
 * known without the permission to read which they are: then only that is named.
 */
export function resolverScopes(
  plan: Pick<Plan, "listeners" | "resolver">,
): AskedScopes {
  if (!needsDiscovery(plan)) return { net: [], read: [] };
  const { resolver } = plan;
  const servers = resolver ?? readable();
  return {
    net: servers.map(({ hostname, port }) => formatHostPort(hostname, port)),
    read: resolver === undefined ? [RESOLV_CONF] : [],
  };
}

function readable() {
  const read = { name: "read", path: RESOLV_CONF } as const;
  const { state } = Deno.permissions.querySync(read);
  return state === "granted" ? systemNameServers() : [];
}

/**
 * Hosts that are permitted when a scope is: the runtime cannot be asked for a
 * wildcard, nor for a block of addresses.
 */
export function probes(scope: string): string[] {
  const parsed = parseWithin(scope);
  if (!parsed.ok) return [scope];
  const { kind, value, port } = parsed.entry;
  const at = (host: string) =>
    port === null ? host : formatHostPort(host, port);
  if (kind === "name") {
    return value.startsWith("*.") ? [at(`x${value.slice(1)}`)] : [scope];
  }
  const block = parseCidr(value);
  if (!block.ok || block.cidr.network.length !== 4) return [scope];
  const { network, prefix } = block.cidr;
  return [...new Set([network, lastAddress(network, prefix)].map(ipText))]
    .map(at);
}
