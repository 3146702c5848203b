/**
 * The PROXY protocol: what a header in front of a connection says.
 *
 * Source: haproxy.org, proxy-protocol.txt (versions 1 and 2), named "the
 * specification" in the files `proxy_protocol*.ts` and `proxy_tlv.ts`.
 *
 * @module
 */

/** One end of a TCP connection. */
export interface Endpoint {
  /** IP address, an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Both ends of a client's connection. */
export interface ConnectionEnds {
  /** The client. */
  readonly source: Endpoint;
  /** What the client connected to. */
  readonly destination: Endpoint;
}

/** One more thing that a header of version 2 says (specification §2.2). */
export interface Tlv {
  /** {@linkcode TLV_TYPES} has those used here; 0 to 255. */
  readonly type: number;
  /** At most 65535 bytes. */
  readonly value: Uint8Array;
}

/** Types of {@linkcode Tlv} (specification §2.2). */
export const TLV_TYPES = Object.freeze({
  ALPN: 0x01,
  AUTHORITY: 0x02,
  CRC32C: 0x03,
  NOOP: 0x04,
  UNIQUE_ID: 0x05,
});

/** A header that was received. */
export interface ProxyHeader {
  readonly version: 1 | 2;
  /**
   * The ends of the connection that it speaks for. `null`: it names none that
   * could be used (`LOCAL`, `UNKNOWN`, no TCP); those of the connection itself
   * count.
   */
  readonly ends: ConnectionEnds | null;
  /** In their order; version 1 has none. */
  readonly tlvs: readonly Tlv[];
}

/** What the first bytes of a connection are. */
export type ProxyHeaderLook =
  /** No PROXY header; the byte at `offset` rules it out. */
  | { readonly kind: "absent"; readonly offset: number }
  /** Not enough bytes; `signed`: the signature is there in whole. */
  | { readonly kind: "more"; readonly signed: boolean }
  /** A header; the client's bytes start at `length`. */
  | {
    readonly kind: "header";
    readonly header: ProxyHeader;
    readonly length: number;
  }
  | BadHeader;

/** A broken header. */
export interface BadHeader {
  readonly kind: "bad";
  /** `offset 12: found 0x31, expected ...`. */
  readonly why: string;
}

/** The bytes that start a header of version 1: `PROXY`. */
export const V1_SIGNATURE: readonly number[] = [0x50, 0x52, 0x4f, 0x58, 0x59];

/** The bytes that start a header of version 2. */
export const V2_SIGNATURE: readonly number[] = [
  ...[0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d],
  ...[0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a],
];

/** A look that found the header broken. */
export function badHeader(
  offset: number,
  found: string,
  expected: string,
): BadHeader {
  const why = `offset ${offset}: found ${found}, expected ${expected}`;
  return { kind: "bad", why };
}

/** A byte in words: `0x0d`. */
export function byteText(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
