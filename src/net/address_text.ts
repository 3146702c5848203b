/**
 * Addresses of connections as text.
 *
 * @module
 */

import type { Endpoint } from "./proxy_protocol.ts";

/**
 * `192.0.2.1:443`, `[2001:db8::1]:443`; an IPv4 client of a dual-stack socket as
 * IPv4.
 */
export function addressText(address: Deno.Addr | Endpoint): string {
  if (!("hostname" in address)) return "unix";
  const host = ipOf(address)!;
  return host.includes(":")
    ? `[${host}]:${address.port}`
    : `${host}:${address.port}`;
}

/**
 * The IP address of an end of a connection, an IPv4 client of a dual-stack
 * socket as IPv4; `null`: it has none.
 */
export function ipOf(address: Deno.Addr | Endpoint): string | null {
  if (!("hostname" in address)) return null;
  const { hostname } = address;
  const start = ipStart(hostname);
  return start === 0 ? hostname : hostname.slice(start);
}

/** Where the IPv4 address in an IPv4-mapped one begins (RFC 4291, 2.5.5.2). */
export function ipStart(hostname: string): number {
  return hostname.startsWith(MAPPED) && hostname.includes(".")
    ? MAPPED.length
    : 0;
}

const MAPPED = "::ffff:";
