/**
 * The body of a TLS ClientHello: what it says, or what is wrong with it.
 *
 * Wire: RFC 8446 §4.1.2 and §4.2; ALPN RFC 7301 §3.1, supported_versions RFC
 * 8446 §4.2.1, GREASE values RFC 8701.
 *
 * @module
 */
import { type ByteReader, latin1 } from "../byte_reader.ts";
import type { FactValue, Verdict } from "../detector.ts";
import { malformed, match } from "../detector.ts";
import { readServerName } from "./tls_server_name.ts";

const SERVER_NAME = 0;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;
const RANDOM_BYTES = 32;
const MAX_SESSION_ID_BYTES = 32;
const TLS_1_2 = 0x0303;

const VERSION_NAMES = ["3.0", "1.0", "1.1", "1.2", "1.3"] as const;

/** The facts of a hello, while they are gathered. */
type Draft = Record<string, FactValue>;

/**
 * Reads a ClientHello.
 *
 * @param hello Its body: all of it, and nothing behind it.
 */
export function parseClientHello(hello: ByteReader): Verdict {
  const legacy = hello.u16();
  hello.skip(RANDOM_BYTES);
  const sessionId = hello.u8();
  hello.skip(sessionId);
  const ciphers = hello.u16();
  hello.skip(ciphers);
  const compressions = hello.u8();
  hello.skip(compressions);
  if (hello.failed) return malformed("the ClientHello is cut short");
  if (legacy < 0x0300) return malformed("the ClientHello offers no version");
  if (sessionId > MAX_SESSION_ID_BYTES) {
    return malformed("the session id is longer than 32 bytes");
  }
  if (ciphers === 0 || ciphers % 2 !== 0) {
    return malformed(`the cipher suites have a length of ${ciphers}`);
  }
  if (compressions === 0) return malformed("no compression method is offered");
  // Without supported_versions a hello offers 1.2 at most (RFC 8446 §4.2.1).
  const facts: Draft = { version: versionName(Math.min(legacy, TLS_1_2)) };
  if (hello.left === 0) return match(facts);
  const why = readExtensions(hello, facts);
  return why === null ? match(facts) : malformed(why);
}

/** What people call a version from 0x0300 to 0x0304. */
export function versionName(version: number): string {
  return VERSION_NAMES[version - 0x0300]!;
}

/** Adds what the extensions say to the facts; says what is wrong, or `null`. */
function readExtensions(hello: ByteReader, facts: Draft): string | null {
  const extensions = hello.sub(hello.u16());
  if (hello.failed) return "the extensions are cut short";
  if (hello.left > 0) return "bytes follow the extensions";
  const seen = new Set<number>();
  while (extensions.left > 0) {
    const type = extensions.u16();
    const body = extensions.sub(extensions.u16());
    if (extensions.failed) return "an extension is cut short";
    if (seen.has(type)) return `the extension ${type} comes twice`;
    seen.add(type);
    const why = readExtension(type, body, facts);
    if (why !== null) return why;
  }
  return null;
}

function readExtension(
  type: number,
  body: ByteReader,
  facts: Draft,
): string | null {
  switch (type) {
    case SERVER_NAME: {
      const name = readServerName(body);
      if (!name.ok) return name.why;
      facts.sni = name.host;
      return null;
    }
    case ALPN:
      return readAlpn(body, facts);
    case SUPPORTED_VERSIONS:
      return readSupportedVersions(body, facts);
    case ENCRYPTED_CLIENT_HELLO:
      facts.ech = true;
  }
  return null;
}

function readAlpn(body: ByteReader, facts: Draft): string | null {
  const list = body.sub(body.u16());
  if (body.failed) return "the ALPN list is cut short";
  if (body.left > 0) return "bytes follow the ALPN list";
  if (list.left === 0) return "the ALPN list is empty";
  const alpn: string[] = [];
  while (list.left > 0) {
    const id = list.take(list.u8());
    if (list.failed) return "the ALPN list is cut short";
    if (id.length === 0) return "the ALPN list holds an empty protocol";
    if (id.length !== 2 || !isGrease(id[0]!, id[1]!)) alpn.push(latin1(id));
  }
  facts.alpn = alpn;
  return null;
}

function readSupportedVersions(body: ByteReader, facts: Draft): string | null {
  const list = body.sub(body.u8());
  if (body.failed) return "the supported versions are cut short";
  if (body.left > 0) return "bytes follow the supported versions";
  if (list.left === 0) return "the supported versions are an empty list";
  if (list.left % 2 !== 0) return "the supported versions have an odd length";
  let highest = 0;
  while (list.left > 0) {
    const version = list.u16();
    // Drafts of 1.3 (0x7fxx) and GREASE are no versions that can be chosen.
    if (version >= 0x0300 && version <= 0x0304 && version > highest) {
      highest = version;
    }
  }
  if (highest > 0) facts.version = versionName(highest);
  else delete facts.version;
  return null;
}

function isGrease(high: number, low: number): boolean {
  return high === low && (low & 0x0f) === 0x0a;
}
