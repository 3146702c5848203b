/**
 * The authority of an HTTP request: `example.com:8080`, `[::1]:80`.
 *
 * @module
 */
import {
  checkHostName,
  isIpv6,
  MAX_HOST_LENGTH,
  normalizeHost,
} from "./host.ts";
import { certain, doubt, type Learnt } from "./learnt.ts";

/** A host with escapes (RFC 3986 §3.2.2), as a path to a socket is sent. */
const ESCAPED_HOST = /^(?:[A-Za-z0-9._~-]|%[\dA-Fa-f]{2})+$/;
const ESCAPE = /%([\dA-Fa-f]{2})/g;

/**
 * Says what keeps a text from being `host [":" port]` (RFC 9110 §7.2); without
 * user information, which RFC 9110 §4.2.4 has servers treat as an error.
 *
 * A host may hold escapes, unless it stands for a name that could be spelled
 * without them: some servers would decode it, and others not.
 *
 * A text that passes is a host for `normalizeHost`.
 *
 * @returns What is wrong with it, or `null`.
 */
export function checkAuthority(text: string): string | null {
  if (text.startsWith("[")) {
    const end = text.indexOf("]");
    if (end < 0 || !isIpv6(text.slice(1, end))) {
      return "is no IPv6 address in brackets";
    }
    return checkPort(text.slice(end + 1));
  }
  // Some clients leave the brackets off; no name has two colons.
  if (isIpv6(text)) return null;
  const colon = text.indexOf(":");
  const host = colon < 0 ? text : text.slice(0, colon);
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  return (name.includes("%") ? checkEscaped(name) : checkHostName(name)) ??
    checkPort(text.slice(host.length));
}

/** Reads the host of an authority, as hosts are compared. */
export function readAuthority(text: string): Learnt {
  const problem = checkAuthority(text);
  return problem === null
    ? certain(normalizeHost(text))
    : doubt(`the host ${problem}`);
}

/** Checks a host with escapes. */
function checkEscaped(host: string): string | null {
  if (host.length > MAX_HOST_LENGTH) {
    return `is longer than ${MAX_HOST_LENGTH} bytes`;
  }
  if (!ESCAPED_HOST.test(host)) return "has a bad escape";
  const decoded = host.replace(
    ESCAPE,
    (_, digits) => String.fromCharCode(parseInt(digits, 16)),
  );
  return checkHostName(decoded.replace(/\.$/, "")) === null
    ? "is a name with escapes"
    : null;
}

/** Checks `":" *DIGIT`, or nothing. */
function checkPort(text: string): string | null {
  return text === "" || /^:\d{0,5}$/.test(text) ? null : "has a bad port";
}
