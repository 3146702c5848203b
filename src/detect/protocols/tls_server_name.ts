/**
 * The server name in a ClientHello (SNI).
 *
 * Wire: BE16 list length, name type 0, BE16 name length, the name in ASCII
 * without a final dot (RFC 6066 §3). A dot is borne, as it means the same.
 *
 * @module
 */
import { type ByteReader, latin1 } from "../byte_reader.ts";
import { checkHostName, isIpLiteral, isIpv6, normalizeHost } from "../host.ts";

/** A server name as hosts are compared, or what is wrong with it. */
export type ServerName =
  | { readonly ok: true; readonly host: string }
  | { readonly ok: false; readonly why: string };

/** Reads the body of a server_name extension. */
export function readServerName(body: ByteReader): ServerName {
  const names = body.sub(body.u16());
  if (body.failed) return bad("is cut short");
  if (body.left > 0) return bad("has bytes behind it");
  if (names.left === 0) return bad("is an empty list");
  // No other type of name was ever defined; OpenSSL refuses them as well.
  if (names.u8() !== 0) return bad("holds a name that is no host name");
  const bytes = names.take(names.u16());
  if (names.failed) return bad("is cut short");
  if (names.left > 0) return bad("holds more than one name");
  const text = latin1(bytes);
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  const problem = checkName(name);
  return problem === null
    ? { ok: true, host: normalizeHost(name) }
    : bad(problem);
}

/**
 * Checks a name before it is normalised, which would take a port off it.
 *
 * An IP address is no server name (RFC 6066 §3), yet clients that were given
 * one do send it, and the proxies that route by SNI compare it as it stands.
 */
function checkName(name: string): string | null {
  if (!isIpLiteral(name)) return checkHostName(name);
  return !name.includes(":") || isIpv6(name) ? null : 'holds ":"';
}

function bad(problem: string): ServerName {
  return { ok: false, why: `the SNI ${problem}` };
}
