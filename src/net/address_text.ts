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
  return "hostname" in address
    ? address.hostname.replace(/^::ffff:(?=\d+\.)/, "")
    : null;
}
