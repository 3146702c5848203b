/** Messages of WireGuard, by the formulas of its paper (§5.4). */
import { blake2s } from "../../src/detect/crypto/blake2s.ts";
import { mac1Key } from "../../src/detect/datagrams/wireguard.ts";
import { noise } from "./tcp.ts";
import { hex, wire } from "./wire.ts";

/** Public keys of three servers, in base64. */
export const WIREGUARD_KEYS: readonly string[] = [1, 2, 3]
  .map((seed) => noise(32, seed).toBase64());

/**
 * An initiation for a server, its sender, ephemeral key and what is sealed at
 * random.
 */
export function wireguardInitiation(key: string, seed = 9): Uint8Array {
  const start = wire(hex("01000000"), noise(112, seed));
  const mac1 = blake2s(start, {
    key: mac1Key(Uint8Array.fromBase64(key)),
    length: 16,
  });
  return wire(start, mac1, new Uint8Array(16));
}

/**
 * A server's response to an initiation.
 *
 * @param index The server's index: four bytes in hex.
 */
export function wireguardResponse(
  initiation: Uint8Array,
  index: string,
): Uint8Array {
  const sender = initiation.subarray(4, 8);
  return wire(hex("02000000"), hex(index), sender, noise(80, 5));
}

/**
 * A transport packet.
 *
 * @param index The receiver's index: four bytes in hex.
 * @param counter The number of the packet, below 256.
 */
export function wireguardData(index: string, counter: number): Uint8Array {
  const number = new Uint8Array(8);
  number[0] = counter;
  return wire(hex("04000000"), hex(index), number, noise(64, counter));
}
