/**
 * The authority of an HTTP request: `example.com:8080`, `[::1]:80`.
 *
 * @module
 */
import { checkHostName, isIpv6 } from "./host.ts";

/**
 * Says what keeps a text from being `host [":" port]` (RFC 9110 §7.2); without
 * user information, which RFC 9110 §4.2.4 has servers treat as an error.
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
  return checkHostName(host.endsWith(".") ? host.slice(0, -1) : host) ??
    checkPort(text.slice(host.length));
}

/** Checks `":" *DIGIT`, or nothing. */
function checkPort(text: string): string | null {
  return text === "" || /^:\d{0,5}$/.test(text) ? null : "has a bad port";
}
