/**
 * IP addresses as bytes.
 *
 * @module
 */

/** Four decimal numbers up to 255 without leading zeros (RFC 3986 §3.2.2). */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?=\d)|$)){4}$/;

/** Whether a text is an IPv4 address: four decimal numbers. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** Whether a text is an IPv6 address (RFC 4291 §2.2), without a zone. */
export function isIpv6(text: string): boolean {
  // As node:net has it, which takes 3 MB and 12 ms of a thread to load.
  return /^[\da-f:.]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]`);
}

/**
 * The bytes of an IP address in network order.
 *
 * An IPv4-mapped IPv6 address (`::ffff:1.2.3.4`, RFC 4291 §2.5.5.2) is the IPv4
 * address that it stands for, which is how a dual-stack listener shows IPv4
 * clients. A zone (`%eth0`) is left out.
 *
 * @param text An address as `Deno.Conn` has it, without brackets.
 * @returns 4 or 16 bytes; `null` when the text is no address.
 */
export function ipBytes(text: string): Uint8Array | null {
  if (isIpv4(text)) return Uint8Array.from(text.split("."), Number);
  const zone = text.indexOf("%");
  const address = zone < 0 ? text : text.slice(0, zone);
  if (!isIpv6(address)) return null;
  const bytes = ipv6Bytes(address);
  return isMapped(bytes) ? bytes.subarray(12) : bytes;
}

/** An address of 4 or 16 bytes as text, IPv6 in its canonical form (RFC 5952). */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from(
    { length: 8 },
    (_, i) => (bytes[2 * i]! << 8 | bytes[2 * i + 1]!).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

function ipv6Bytes(address: string): Uint8Array {
  // The canonical form has hexadecimal groups only, and at most one "::".
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const bytes = new Uint8Array(16);
  write(bytes, before, 0);
  write(bytes, after, 8 - after.length);
  return bytes;
}

function write(bytes: Uint8Array, groups: readonly string[], at: number): void {
  groups.forEach((group, i) => {
    const value = parseInt(group, 16);
    bytes[2 * (at + i)] = value >> 8;
    bytes[2 * (at + i) + 1] = value & 0xff;
  });
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes[10] === 0xff && bytes[11] === 0xff &&
    bytes.subarray(0, 10).every((byte) => byte === 0);
}
