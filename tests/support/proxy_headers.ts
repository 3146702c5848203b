/** PROXY headers for tests, put together by hand and not by the code under test. */
import { bytesOf, concat } from "./tcp.ts";

/** The signature of version 2. */
export const V2_SIGNATURE = hex("0d0a0d0a000d0a515549540a");

/** A header of version 2; what is left out is a TCP connection over IPv4. */
export interface V2Parts {
  /** Version and command. Default: `0x21`. */
  readonly command?: number;
  /** Family and transport. Default: `0x11`. */
  readonly family?: number;
  /** Default: 192.0.2.1:40000 to 198.51.100.2:443. */
  readonly addresses?: Uint8Array;
  readonly tlvs?: readonly Uint8Array[];
  /** The length that it claims. Default: the one that it has. */
  readonly length?: number;
}

/** 192.0.2.1:40000 to 198.51.100.2:443. */
export const IPV4_ENDS = hex("c0000201 c6336402 9c40 01bb");
/** [2001:db8::1]:40000 to [2001:db8::2]:443. */
export const IPV6_ENDS = hex(
  "20010db8000000000000000000000001 20010db8000000000000000000000002 9c40 01bb",
);

/** A header of version 2. */
export function v2(parts: V2Parts = {}): Uint8Array {
  const { command = 0x21, family = 0x11, addresses = IPV4_ENDS } = parts;
  const rest = concat([addresses, ...parts.tlvs ?? []]);
  const length = parts.length ?? rest.length;
  const fields = Uint8Array.of(command, family, length >> 8, length & 0xff);
  return concat([V2_SIGNATURE, fields, rest]);
}

/** A TLV of version 2. */
export function tlv(
  type: number,
  value: Uint8Array | string,
  length?: number,
): Uint8Array {
  const bytes = typeof value === "string" ? bytesOf(value) : value;
  const claimed = length ?? bytes.length;
  return concat([Uint8Array.of(type, claimed >> 8, claimed & 0xff), bytes]);
}

/** Bytes by their hexadecimal digits; spaces do not matter. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits.replaceAll(" ", ""));
}
