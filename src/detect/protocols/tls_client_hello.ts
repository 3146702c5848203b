/**
 * The body of a TLS ClientHello: what it says, or what is wrong with it.
 *
 * Wire: RFC 9846 §4.2.2 and §4.3; ALPN RFC 7301 §3.1, supported_versions RFC
 * 9846 §4.3.1, GREASE values RFC 8701.
 *
 * @module
 */
import { type ByteReader, latin1 } from "../byte_reader.ts";
import type { Verdict } from "../detector.ts";
import { malformed, match } from "../detector.ts";
import {
  certain,
  doubt,
  type Draft,
  learn,
  type Learnt,
  type Needs,
  NOTHING,
} from "../learnt.ts";
import { readServerName } from "./tls_server_name.ts";

const SERVER_NAME = 0;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;
const RANDOM_BYTES = 32;
const SSL_3 = 0x0300;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;

const VERSION_NAMES = ["3.0", "1.0", "1.1", "1.2", "1.3"] as const;

const NO_VERSION = malformed("the ClientHello offers no version");

/**
 * The versions of TLS that DTLS 1.0, 1.2 and 1.3 are called by; 0x0100 is what
 * OpenSSL had before there was a standard.
 */
const TLS_VERSION_OF: Readonly<Record<number, number>> = {
  0x0100: 0x0301,
  0xfeff: 0x0301,
  0xfefd: 0x0303,
  0xfefc: 0x0304,
};

/** How a hello is laid out. */
export interface HelloForm {
  /**
   * Whether it is one of DTLS, which has a cookie behind the session id and other
   * numbers for the versions (RFC 6347 §4.2.1, RFC 9147 §5.3). Default: `false`.
   */
  readonly dtls?: boolean;
  /**
   * Whether the name may have a port, which clients of QUIC have sent. Default:
   * `false`.
   */
  readonly namePort?: boolean;
}

/**
 * Reads a ClientHello.
 *
 * @param hello Its body: all of it, and nothing behind it.
 */
export function parseClientHello(
  hello: ByteReader,
  options: Needs & HelloForm,
): Verdict {
  const legacy = tlsVersion(hello.u16(), options);
  hello.skip(RANDOM_BYTES);
  // At most 32 bytes by the RFC, which Go does not check.
  hello.skip(hello.u8());
  if (options.dtls) hello.skip(hello.u8());
  const ciphers = hello.u16();
  hello.skip(ciphers);
  const compressions = hello.u8();
  hello.skip(compressions);
  if (hello.failed) return malformed("the ClientHello is cut short");
  if (ciphers === 0 || ciphers % 2 !== 0) {
    return malformed(`the cipher suites have a length of ${ciphers}`);
  }
  if (compressions === 0) return malformed("no compression method is offered");
  const facts: Draft = {};
  const hasVersions = hello.left > 0
    ? readExtensions(hello, facts, options)
    : false;
  if (typeof hasVersions === "string") return malformed(hasVersions);
  if (hasVersions) return match(facts);
  // Without supported_versions a hello offers 1.2 at most (RFC 9846 §4.3.1).
  if (legacy < SSL_3) return NO_VERSION;
  return match({ ...facts, version: versionName(Math.min(legacy, TLS_1_2)) });
}

/** What people call a version from 0x0300 to 0x0304. */
export function versionName(version: number): string {
  return VERSION_NAMES[version - 0x0300]!;
}

/** A version by the number of TLS, of which each of DTLS follows one; 0: none. */
function tlsVersion(version: number, { dtls }: HelloForm): number {
  return dtls ? TLS_VERSION_OF[version] ?? 0 : version;
}

/**
 * Adds what the extensions say to the facts.
 *
 * @returns Whether supported_versions is among them; or what is wrong, or in
 * doubt for the rules.
 */
function readExtensions(
  hello: ByteReader,
  facts: Draft,
  options: Needs & HelloForm,
): boolean | string {
  const extensions = hello.sub(hello.u16());
  if (hello.failed) return "the extensions are cut short";
  if (hello.left > 0) return "bytes follow the extensions";
  const seen: number[] = [];
  while (extensions.left > 0) {
    const type = extensions.u16();
    const body = extensions.sub(extensions.u16());
    if (extensions.failed) return "an extension is cut short";
    const fact = FACT_OF[type];
    if (fact === undefined) continue;
    const isTwice = seen.includes(type);
    const learnt = isTwice
      ? doubt(`the extension ${type} is repeated`)
      : readExtension(type, body, options);
    const why = learn(facts, fact, learnt, options);
    if (why !== null) return why;
    if (isTwice) delete facts[fact];
    seen.push(type);
  }
  return seen.includes(SUPPORTED_VERSIONS);
}

/** The facts that come from extensions. */
const FACT_OF: Readonly<Record<number, string>> = {
  [SERVER_NAME]: "sni",
  [ALPN]: "alpn",
  [SUPPORTED_VERSIONS]: "version",
  [ENCRYPTED_CLIENT_HELLO]: "ech",
};

function readExtension(
  type: number,
  body: ByteReader,
  form: HelloForm,
): Learnt {
  switch (type) {
    case SERVER_NAME:
      return readServerName(body, { port: form.namePort ?? false });
    case ALPN:
      return readAlpn(body);
    case SUPPORTED_VERSIONS:
      return readSupportedVersions(body, form);
    default:
      return certain(true);
  }
}

function readAlpn(body: ByteReader): Learnt {
  const list = body.sub(body.u16());
  if (body.failed) return doubt("the ALPN list is cut short");
  if (body.left > 0) return doubt("bytes follow the ALPN list");
  if (list.left === 0) return doubt("the ALPN list is empty");
  const alpn: string[] = [];
  while (list.left > 0) {
    const id = list.take(list.u8());
    if (list.failed) return doubt("the ALPN list is cut short");
    if (id.length === 0) {
      return doubt("the ALPN list holds an empty protocol");
    }
    if (id.length !== 2 || !isGrease(id[0]!, id[1]!)) alpn.push(latin1(id));
  }
  return certain(alpn);
}

function readSupportedVersions(body: ByteReader, form: HelloForm): Learnt {
  const list = body.sub(body.u8());
  if (body.failed) return doubt("the supported versions are cut short");
  if (body.left > 0) return doubt("bytes follow the supported versions");
  if (list.left === 0) return doubt("the supported versions are an empty list");
  if (list.left % 2 !== 0) {
    return doubt("the supported versions have an odd length");
  }
  let highest = 0;
  while (list.left > 0) {
    const version = tlsVersion(list.u16(), form);
    // Drafts of 1.3 (0x7fxx) and GREASE are no versions that can be chosen.
    if (version >= SSL_3 && version <= TLS_1_3 && version > highest) {
      highest = version;
    }
  }
  return highest > 0 ? certain(versionName(highest)) : NOTHING;
}

function isGrease(high: number, low: number): boolean {
  return high === low && (low & 0x0f) === 0x0a;
}
