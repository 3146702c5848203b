/**
 * The one way to spell a host, shared by every detector and the config loader,
 * so that `Example.COM.` in a hello meets `example.com` in a rule.
 *
 * @module
 */

/** Longest host name in bytes (RFC 1035 §2.3.4, without the final dot). */
export const MAX_HOST_LENGTH = 253;

/**
 * Spells a host as it is compared: lower case, without a port, without the
 * brackets of an IPv6 address, without one trailing dot. Never throws; what is
 * no host stays what it is.
 */
export function normalizeHost(text: string): string {
  let host = text;
  if (host.startsWith("[")) {
    const end = host.indexOf("]");
    if (end > 0) return host.slice(1, end).toLowerCase();
  } else {
    const colon = host.indexOf(":");
    // Two colons make an IPv6 address without brackets, which has no port.
    if (colon >= 0 && host.indexOf(":", colon + 1) < 0) {
      host = host.slice(0, colon);
    }
  }
  if (host.endsWith(".")) host = host.slice(0, -1);
  return host.toLowerCase();
}

/** Whether a normalised host is an IPv4 or IPv6 address and not a name. */
export function isIpLiteral(host: string): boolean {
  return host.includes(":") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

/** Whether a text is a well-formed IPv6 address, without brackets or zone. */
export function isIpv6(text: string): boolean {
  // Nearly every host is asked about, and nearly none has one.
  if (!text.includes(":")) return false;
  const halves = text.length > 45 ? [] : text.split("::");
  if (halves.length < 1 || halves.length > 2) return false;
  const groups = halves.flatMap((half) => half === "" ? [] : half.split(":"));
  let count = groups.length;
  // The last 32 bits may be written as an IPv4 address.
  if (!text.endsWith(":") && /^\d{1,3}(?:\.\d{1,3}){3}$/.test(groups.at(-1)!)) {
    groups.pop();
    count++;
  }
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

/**
 * Says what keeps a normalised host from being usable as a name: letters,
 * digits, `-`, `_` and dots between labels of 1 to 63, 253 in all.
 *
 * Looser than RFC 1123 (underscores, hyphens at the ends), because such names
 * are in use, and no looser, because a name goes into logs and comparisons.
 *
 * @returns What is wrong with it, or `null`.
 */
export function checkHostName(host: string): string | null {
  if (host.length === 0) return "is empty";
  if (host.length > MAX_HOST_LENGTH) return "is longer than 253 bytes";
  let label = 0;
  for (let i = 0; i < host.length; i++) {
    const c = host.charCodeAt(i);
    if (c === 0x2e) {
      if (label === 0) return "has an empty label";
      label = 0;
      continue;
    }
    if (!isNameByte(c)) return `holds ${describeByte(c)}`;
    if (++label > 63) return "has a label longer than 63 bytes";
  }
  return label === 0 ? "has an empty label" : null;
}

function isNameByte(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39) ||
    c === 0x2d || c === 0x5f || (c >= 0x41 && c <= 0x5a);
}

function describeByte(c: number): string {
  return c > 0x20 && c < 0x7f
    ? `"${String.fromCharCode(c)}"`
    : `the byte 0x${c.toString(16).padStart(2, "0")}`;
}
