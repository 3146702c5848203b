/**
 * Addresses that only this machine itself can have.
 *
 * @module
 */
import { ipBytes } from "./ip_address.ts";

/**
 * Whether an address is on loopback: 127.0.0.0/8 (RFC 1122 §3.2.1.3), as IPv4 in
 * IPv6 too, and `::1` (RFC 4291 §2.5.3).
 *
 * @param text An address without brackets; anything else, a name among them, is
 * none.
 */
export function isLoopback(text: string): boolean {
  const bytes = ipBytes(text);
  if (bytes === null) return false;
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes.every((byte, i) => byte === (i === 15 ? 1 : 0));
}
