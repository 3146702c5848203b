/**
 * The SSLv2-style ClientHello, which old clients send to offer SSL 3.0 or TLS,
 * and older ones to offer SSL 2.0 alone.
 *
 * Wire (RFC 5246 appendix E.2; Hickman, The SSL Protocol §2.5): BE16 length with
 * the high bit set, `01`, the version (`03 xx` or more, or `00 02`), BE16 lengths of cipher
 * specs, session id and challenge, then these three.
 *
 * @module
 */
import { ByteReader } from "../byte_reader.ts";
import type { Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";
import { versionName } from "./tls_client_hello.ts";

const HEADER_BYTES = 11;
const MAJOR = 3;
const SSL_2 = 0x0002;
const TLS_1_2 = 0x0303;
/** Type, version, three lengths, one cipher spec, the shortest challenge. */
const MIN_RECORD_BYTES = 9 + 3 + 16;
/** Cipher specs are some dozens. Telnet's commands (`ff fb`) would be longer. */
const MAX_RECORD_BYTES = 0x0fff;

/**
 * Says whether bytes whose first has the high bit are an SSLv2-style hello. What
 * does not add up is `no`: few bits are fixed. GnuTLS takes any version from SSL
 * 3.0 on, and bytes behind the challenge.
 */
export function detectSslV2Hello(view: Uint8Array): Verdict {
  if (view.length < 2) return more(2);
  const length = ((view[0]! & 0x7f) << 8) | view[1]!;
  if (length < MIN_RECORD_BYTES || length > MAX_RECORD_BYTES) return NO;
  if (view.length > 2 && view[2] !== 1) return NO;
  if (view.length > 3 && view[3]! < MAJOR && view[3] !== 0) return NO;
  if (view.length > 4 && view[3] === 0 && view[4] !== 2) return NO;
  if (view.length < HEADER_BYTES) return more(view.length + 1);
  if (!lengthsAgree(view, length)) return NO;
  if (view.length < 2 + length) return more(2 + length);
  return match({ version: versionOf(be16(view, 3)) });
}

/** The highest version offered; such a hello cannot offer 1.3. */
function versionOf(offered: number): string {
  return offered === SSL_2 ? "2.0" : versionName(Math.min(offered, TLS_1_2));
}

function lengthsAgree(view: Uint8Array, length: number): boolean {
  const reader = new ByteReader(view, 5);
  const ciphers = reader.u16();
  const session = reader.u16();
  const challenge = reader.u16();
  return ciphers > 0 && ciphers % 3 === 0 &&
    (session === 0 || session === 16) &&
    challenge >= 16 && challenge <= 32 &&
    length >= 9 + ciphers + session + challenge;
}
