/**
 * A TLS ClientHello as a sample: one that a server would answer (RFC 9846 §4.2.2
 * and, for what is below TLS 1.3, RFC 5246 §7.4.1.2).
 *
 * It is no browser's: what depends on the whole hello (JA3, JA4) is better tried
 * with bytes of a real one.
 *
 * @module
 */
import type { HelloSample } from "../config/expectation.ts";

type Version = NonNullable<HelloSample["version"]>;

/** The versions on the wire, newest first. */
const VERSIONS: readonly (readonly [Version, number])[] = [
  ["1.3", 0x0304],
  ["1.2", 0x0303],
  ["1.1", 0x0302],
  ["1.0", 0x0301],
];

/** TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384. */
const SUITES_13: readonly number[] = [0x1301, 0x1302];
/** ECDHE with AES-GCM for TLS 1.2, with AES-CBC for all before 1.3. */
const SUITES: readonly number[] = [0xc02b, 0xc02f, 0xc009, 0xc013];
/** x25519, secp256r1. */
const GROUPS: readonly number[] = [0x001d, 0x0017];
/** ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, rsa_pkcs1_sha256. */
const SIGNATURES: readonly number[] = [0x0403, 0x0804, 0x0401];

/** The ClientHello in one record. */
export function sampleHello(sample: HelloSample): Uint8Array {
  const { version = "1.3" } = sample;
  const highest = VERSIONS.find(([name]) => name === version)![1];
  const is13 = highest === 0x0304;
  const body = [
    ...word(Math.min(highest, 0x0303)),
    ...filler(32, 0xa0),
    ...vector(1, filler(is13 ? 32 : 0, 0xc0)),
    ...vector(2, [...is13 ? SUITES_13 : [], ...SUITES].flatMap(word)),
    ...vector(1, [0]),
    ...vector(2, extensionsOf(sample, highest)),
  ];
  const message = [1, ...vector(3, body)];
  return Uint8Array.from([0x16, ...word(0x0301), ...vector(2, message)]);
}

function extensionsOf(
  { sni, alpn, ech = false }: HelloSample,
  highest: number,
): number[] {
  const is13 = highest === 0x0304;
  const offered = VERSIONS.map(([, number]) => number)
    .filter((number) => number >= 0x0303);
  return [
    ...sni === undefined
      ? []
      : extension(0, vector(2, [0, ...vector(2, ascii(sni))])),
    ...extension(10, vector(2, GROUPS.flatMap(word))),
    ...extension(11, vector(1, [0])),
    ...highest >= 0x0303
      ? extension(13, vector(2, SIGNATURES.flatMap(word)))
      : [],
    ...alpn === undefined
      ? []
      : extension(16, vector(2, alpn.flatMap((id) => vector(1, ascii(id))))),
    ...is13 ? extension(43, vector(1, offered.flatMap(word))) : [],
    ...is13 ? extension(45, vector(1, [1])) : [],
    ...is13 ? extension(51, keyShares()) : [],
    ...ech ? extension(0xfe0d, outerEch()) : [],
  ];
}

/** A key share for x25519: any 32 bytes are a public key (RFC 7748 §5). */
function keyShares(): number[] {
  return vector(2, [...word(GROUPS[0]!), ...vector(2, filler(32, 0x21))]);
}

/** The outer form of encrypted_client_hello (RFC 9849 §5), its payload made up. */
function outerEch(): number[] {
  const hpke = [...word(0x0001), ...word(0x0001)];
  return [
    0,
    ...hpke,
    7,
    ...vector(2, filler(32, 1)),
    ...vector(2, filler(64, 9)),
  ];
}

function extension(type: number, body: readonly number[]): number[] {
  return [...word(type), ...vector(2, body)];
}

/** Bytes behind their length, which takes so many bytes. */
function vector(lengthBytes: number, body: readonly number[]): number[] {
  const length = Array.from(
    { length: lengthBytes },
    (_, i) => body.length >> 8 * (lengthBytes - 1 - i) & 0xff,
  );
  return [...length, ...body];
}

function word(value: number): number[] {
  return [value >> 8, value & 0xff];
}

/** Bytes that count up, in the place of random ones. */
function filler(length: number, from: number): number[] {
  return Array.from({ length }, (_, i) => from + i & 0xff);
}

function ascii(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}
