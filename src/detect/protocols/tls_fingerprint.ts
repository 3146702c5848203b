/**
 * Fingerprints of a TLS client by its hello: JA4 and JA3.
 *
 * JA4: `t`, `q` or `d`, version server-name ciphers extensions ALPN, then SHA-256 of the
 * sorted cipher suites, then SHA-256 of the sorted extensions with the signature
 * algorithms in their order (github.com/FoxIO-LLC/ja4, technical_details/JA4).
 * JA3: MD5 of version, cipher suites, extensions, groups and point formats in
 * their order (github.com/salesforce/ja3). Both leave GREASE (RFC 8701) out.
 *
 * @module
 */
import { ascii, ByteReader } from "../byte_reader.ts";
import { md5Hex } from "../md5.ts";
import { sha256Hex } from "../sha256.ts";
import type { HelloForm } from "./tls_client_hello.ts";

const RANDOM_BYTES = 32;
const SERVER_NAME = 0;
const SUPPORTED_GROUPS = 10;
const POINT_FORMATS = 11;
const SIGNATURE_ALGORITHMS = 13;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;
/** Digits of a hash that JA4 keeps. */
const JA4_HASH_DIGITS = 12;

const NINE = 0x39;

/** JA4's names of versions. */
const JA4_VERSIONS: Readonly<Record<number, string>> = {
  0x0304: "13",
  0x0303: "12",
  0x0302: "11",
  0x0301: "10",
  0x0300: "s3",
  0x0002: "s2",
  0xfeff: "d1",
  0xfefd: "d2",
  0xfefc: "d3",
};

/** What the fingerprints are made of, without GREASE, in the order of the hello. */
export interface HelloParts {
  /** The legacy version. */
  readonly version: number;
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  readonly supportedVersions: readonly number[];
  /** The first ALPN protocol, empty when there is none. */
  readonly alpn: Uint8Array;
}

/** Reads the parts of a hello that `parseClientHello` has found sound. */
export function readHelloParts(
  hello: ByteReader,
  { dtls = false }: HelloForm = {},
): HelloParts {
  const version = hello.u16();
  hello.skip(RANDOM_BYTES);
  hello.skip(hello.u8());
  if (dtls) hello.skip(hello.u8());
  const ciphers = numbers(hello.sub(hello.u16()));
  hello.skip(hello.u8());
  const bodies = new Map<number, ByteReader>();
  const extensions = hello.left > 0 ? hello.sub(hello.u16()) : hello;
  while (extensions.left > 0) {
    const type = extensions.u16();
    bodies.set(type, extensions.sub(extensions.u16()));
  }
  const list = (type: number, lengthBytes: 1 | 2) =>
    numbers(vector(bodies.get(type), lengthBytes));
  const formats = vector(bodies.get(POINT_FORMATS), 1);
  const protocols = vector(bodies.get(ALPN), 2);
  return {
    version,
    ciphers,
    extensions: [...bodies.keys()].filter((type) => !isGrease(type)),
    groups: list(SUPPORTED_GROUPS, 2),
    pointFormats: [...formats.take(formats.left)],
    signatureAlgorithms: list(SIGNATURE_ALGORITHMS, 2),
    supportedVersions: list(SUPPORTED_VERSIONS, 1),
    alpn: protocols.take(protocols.left > 0 ? protocols.u8() : 0),
  };
}

/** How JA4 calls what a hello came over: TCP, QUIC or DTLS. */
export type Ja4Transport = "t" | "q" | "d";

/** The JA4 of a hello: `t13d1516h2_8daaf6152771_b186095e22b6`. */
export function ja4(parts: HelloParts, over: Ja4Transport = "t"): string {
  const { ciphers, extensions, signatureAlgorithms } = parts;
  // DTLS counts its versions down.
  const highest = over === "d" ? Math.min : Math.max;
  const version = parts.supportedVersions.length > 0
    ? highest(...parts.supportedVersions)
    : parts.version;
  const start = over + (JA4_VERSIONS[version] ?? "00") +
    (extensions.includes(SERVER_NAME) ? "d" : "i") +
    count(ciphers) + count(extensions) + alpnEnds(parts.alpn);
  const hashed = extensions.filter((type) =>
    type !== SERVER_NAME && type !== ALPN
  );
  const signatures = signatureAlgorithms.length === 0
    ? ""
    : "_" + signatureAlgorithms.map(hex4).join(",");
  return [
    start,
    shortHash(sorted(ciphers)),
    shortHash(sorted(hashed) + signatures),
  ].join("_");
}

/** The JA3 of a hello, as its MD5. */
export function ja3(parts: HelloParts): string {
  const lists = [
    [parts.version],
    parts.ciphers,
    parts.extensions,
    parts.groups,
    parts.pointFormats,
  ];
  return md5Hex(ascii(lists.map((list) => list.join("-")).join(",")));
}

/** Whether a value of two bytes is GREASE (RFC 8701 §2). */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

function numbers(list: ByteReader): number[] {
  const found: number[] = [];
  while (list.left >= 2) {
    const value = list.u16();
    if (!isGrease(value)) found.push(value);
  }
  return found;
}

/** The contents of a length-prefixed list; empty when there is none. */
function vector(
  body: ByteReader | undefined,
  lengthBytes: 1 | 2,
): ByteReader {
  if (body === undefined) return new ByteReader(new Uint8Array());
  return body.sub(lengthBytes === 1 ? body.u8() : body.u16());
}

function count(list: readonly number[]): string {
  return String(Math.min(list.length, 99)).padStart(2, "0");
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function sorted(values: readonly number[]): string {
  return values.map(hex4).sort().join(",");
}

function shortHash(text: string): string {
  return text === ""
    ? "0".repeat(JA4_HASH_DIGITS)
    : sha256Hex(ascii(text)).slice(0, JA4_HASH_DIGITS);
}

/**
 * First and last character of a protocol. A byte that is not ASCII is a 9, as in
 * the reference data and both reference programs (the description has its
 * hexadecimal digits); of others that are no letter or digit, the digits.
 */
function alpnEnds(protocol: Uint8Array): string {
  const [first, last] = [protocol[0], protocol[protocol.length - 1]];
  if (first === undefined || last === undefined) return "00";
  const ends = [first, last].map((byte) => byte > 0x7f ? NINE : byte);
  if (ends.every(isAlphanumeric)) return String.fromCharCode(...ends);
  const digits = (byte: number) => byte.toString(16).padStart(2, "0");
  return digits(first)[0]! + digits(last)[1]!;
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a);
}
