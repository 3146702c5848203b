/**
 * What the hashes here share: a message in blocks of 64 bytes.
 *
 * @module
 */

/** Bytes in a block of MD5 and SHA-256. */
export const BLOCK_BYTES = 64;

/**
 * A message with the padding of MD5 and SHA-256: the bit 1, zeros, and the
 * length in bits in the last 8 bytes (RFC 1321 §3.1 and §3.2, FIPS 180-4
 * §5.1.1).
 *
 * @param littleEndian The order of the bytes of that length.
 */
export function padded(message: Uint8Array, littleEndian: boolean): DataView {
  const blocks = Math.ceil((message.length + 9) / BLOCK_BYTES);
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  const bits = BigInt(message.length) * 8n;
  view.setBigUint64(bytes.length - 8, bits, littleEndian);
  return view;
}
