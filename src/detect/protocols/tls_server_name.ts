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
import { certain, doubt, type Learnt, NOTHING } from "../learnt.ts";

const HOST_NAME = 0;

/**
 * Reads the body of a server_name extension. Of names of other types, which
 * nobody has defined, Go and GnuTLS take no notice.
 *
 * @param options `port`: whether a port behind the name is borne, and left out.
 */
export function readServerName(
  body: ByteReader,
  { port }: { readonly port: boolean } = { port: false },
): Learnt {
  const names = body.sub(body.u16());
  if (body.failed) return bad("is cut short");
  if (body.left > 0) return bad("has bytes behind it");
  if (names.left === 0) return bad("is an empty list");
  let found: Uint8Array | null = null;
  while (names.left > 0) {
    const type = names.u8();
    const bytes = names.take(names.u16());
    if (names.failed) return bad("is cut short");
    if (type !== HOST_NAME) continue;
    if (found !== null) return bad("holds two names");
    found = bytes;
  }
  if (found === null) return NOTHING;
  const sent = latin1(found);
  const text = port ? sent.replace(/^([^:]+):\d{1,5}$/, "$1") : sent;
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  const problem = checkName(name);
  return problem === null ? certain(normalizeHost(name)) : bad(problem);
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

function bad(problem: string): Learnt {
  return doubt(`the SNI ${problem}`);
}
