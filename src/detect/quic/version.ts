/**
 * The versions of QUIC whose first packets can be read.
 *
 * They differ in the salt of the keys, in the labels, and in the numbers of the
 * packet types: version 1 (RFC 9001 §5.2), version 2 (RFC 9369 §3) and its draft,
 * the drafts from 22 on (the salts of draft-ietf-quic-tls-22, -23, -29 and -33), and
 * Facebook's three that followed drafts 22 and 27.
 *
 * @module
 */
import { hkdfLabel, HmacKey } from "../crypto/hkdf.ts";

/** What a long header packet is; `initial` is what a connection begins with. */
export type PacketType = "initial" | "0rtt" | "handshake" | "retry";

/** How the first packets of a version are read. */
export interface QuicVersion {
  /** The salt of the secrets. */
  readonly salt: HmacKey;
  /** Labels of the keys, for `expandLabel`. */
  readonly labels: KeyLabels;
  /** What the two type bits of a long header mean. */
  readonly types: readonly PacketType[];
}

/** Labels of the keys of a packet. */
export interface KeyLabels {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly headerProtection: Uint8Array;
}

const TYPES: readonly PacketType[] = ["initial", "0rtt", "handshake", "retry"];
const TYPES_OF_2: readonly PacketType[] = [
  "retry",
  "initial",
  "0rtt",
  "handshake",
];
const LABELS = keyLabels("quic");

const V1 = version1("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
const DRAFT_22 = version1("7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a");
const DRAFT_23 = version1("c3eef712c72ebb5a11a7d2432bb46365bef9f502");
const DRAFT_29 = version1("afbfec289993d24c9e9786f19c6111e04390a899");
const V2 = version2("0dede3def700a6db819381be6e269dcbf9bd2ed9");
const V2_DRAFT = version2("a707c203a59b47184a1d62ca570406ea7ae3e5d3");

/** The number of version 1. */
export const VERSION_1 = 1;
/** The number of version 2. */
export const VERSION_2 = 0x6b3343cf;
const VERSION_2_DRAFT = 0x709a50c4;
const FIRST_DRAFT = 0xff000016;
const LAST_DRAFT = 0xff000022;

/** Facebook's versions, by number. */
const FACEBOOK: Readonly<Record<number, QuicVersion>> = {
  0xfaceb001: DRAFT_22,
  0xfaceb002: DRAFT_23,
  0xfaceb00e: DRAFT_23,
};

/**
 * What clients that force version negotiation seal their packets with, as there
 * is no such version. Not laid down anywhere: a hello that none of these opens
 * stays unread.
 */
export const GUESSES_OF_RESERVED: readonly QuicVersion[] = [V1, DRAFT_29];

/** How a version is read; `null`: it is not known. */
export function quicVersion(number: number): QuicVersion | null {
  if (number === VERSION_1) return V1;
  if (number === VERSION_2) return V2;
  if (number === VERSION_2_DRAFT) return V2_DRAFT;
  if (number >= FIRST_DRAFT && number <= LAST_DRAFT) {
    const draft = number & 0xff;
    if (draft === 22) return DRAFT_22;
    if (draft < 29) return DRAFT_23;
    return draft < 33 ? DRAFT_29 : V1;
  }
  return FACEBOOK[number] ?? null;
}

/**
 * What people call a version: `1`, `2`, `draft-29`; another one is its number in
 * hexadecimal digits, `0xfaceb002`.
 */
export function versionName(number: number): string {
  if (number === VERSION_1) return "1";
  if (number === VERSION_2) return "2";
  if (number >= FIRST_DRAFT && number <= LAST_DRAFT) {
    return `draft-${number & 0xff}`;
  }
  return `0x${number.toString(16).padStart(8, "0")}`;
}

/** Whether a version is one of those that force negotiation (RFC 9000 §15). */
export function isReservedVersion(number: number): boolean {
  return ((number & 0x0f0f0f0f) >>> 0) === 0x0a0a0a0a;
}

function version1(salt: string): QuicVersion {
  return { salt: new HmacKey(fromHex(salt)), labels: LABELS, types: TYPES };
}

function version2(salt: string): QuicVersion {
  return {
    salt: new HmacKey(fromHex(salt)),
    labels: keyLabels("quicv2"),
    types: TYPES_OF_2,
  };
}

function keyLabels(prefix: string): KeyLabels {
  return {
    key: hkdfLabel(`${prefix} key`, 16),
    iv: hkdfLabel(`${prefix} iv`, 12),
    headerProtection: hkdfLabel(`${prefix} hp`, 16),
  };
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16));
}
