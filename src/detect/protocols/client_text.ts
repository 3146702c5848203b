/**
 * Text that a client chose, as facts: names of users, ids, hosts.
 *
 * @module
 */
import { checkHostName, isIpv6, normalizeHost } from "../host.ts";
import { certain, doubt, type Learnt } from "../learnt.ts";

const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const NOT_ASCII = /\P{ASCII}/u;
const IDN = /^[a-zA-Z0-9._\-\P{ASCII}]+$/u;

/**
 * Bytes as UTF-8 text; what is not UTF-8 becomes U+FFFD.
 *
 * @param maxBytes Where the text is cut, so that a fact stays small.
 */
export function utf8(bytes: Uint8Array, maxBytes: number): string {
  return DECODER.decode(bytes.subarray(0, maxBytes));
}

/** Whether a control character (U+0000 to U+001F, U+007F) is in the text. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c === 0x7f) return true;
  }
  return false;
}

/**
 * Reads a host without a port: a name, an IPv4 address, an IPv6 address with or
 * without brackets. A name that is not ASCII is spelled as in the DNS (IDNA).
 */
export function readHost(text: string): Learnt {
  const bare = text.startsWith("[") && text.endsWith("]")
    ? text.slice(1, -1)
    : text;
  if (isIpv6(bare)) return certain(bare.toLowerCase());
  const name = NOT_ASCII.test(text) ? toAscii(text) : text;
  const why = checkHostName(name.endsWith(".") ? name.slice(0, -1) : name);
  return why === null ? certain(normalizeHost(name)) : doubt(`the host ${why}`);
}

/** `bücher.example` as `xn--bcher-kva.example`; what is no name stays as it is. */
function toAscii(text: string): string {
  const url = IDN.test(text) ? URL.parse(`http://${text}/`) : null;
  return url === null ? text : url.hostname;
}
