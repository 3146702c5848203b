/**
 * What counts as one client: an IPv4 address, or the /64 of an IPv6 address.
 *
 * @module
 */
import type { ClientKey } from "./client_table.ts";
import { halfSipHash, type WordPair } from "./half_siphash.ts";

/**
 * The place of a client in the table. Whoever has one IPv6 address has the 2^64
 * of its network (RFC 6177 §2, RFC 4291 §2.5.1), so the interface part does not
 * count.
 *
 * @param address 4 or 16 bytes.
 * @param listener The listener, each of which counts for itself.
 * @param hashKey What nobody outside knows, so that no client can choose an
 * address that falls on somebody else's entry.
 */
export function clientKey(
  address: Uint8Array,
  listener: number,
  hashKey: WordPair,
): ClientKey {
  const words = address.length === 4
    ? [listener, wordAt(address, 0)]
    : [listener, wordAt(address, 0), wordAt(address, 4)];
  const [set, tag] = halfSipHash(words, hashKey);
  return { set, tag };
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 |
    bytes[at + 3]!;
}
