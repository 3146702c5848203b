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
  const host = address.hostname.replace(/^::ffff:(?=\d+\.)/, "");
  return host.includes(":")
    ? `[${host}]:${address.port}`
    : `${host}:${address.port}`;
}
