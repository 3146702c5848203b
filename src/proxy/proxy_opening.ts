/**
 * The PROXY header that a target gets.
 *
 * @module
 */
import type { SendProxy } from "../config/plan.ts";
import type { Facts } from "../detect/detector.ts";
import {
  type ConnectionEnds,
  type Tlv,
  TLV_TYPES,
} from "../net/proxy_protocol.ts";
import { MAX_PROXY_HEADER_BYTES } from "../net/proxy_protocol_parse.ts";
import { encodeV1 } from "../net/proxy_protocol_v1.ts";
import { encodeV2 } from "../net/proxy_protocol_v2.ts";

/** Longest name and protocol that are passed on, in bytes: HAProxy's bound. */
const MAX_NAME_BYTES = 255;

/** What a header is made of. */
export interface OpeningParts {
  readonly ends: ConnectionEnds;
  /** What came with an accepted header. */
  readonly received: readonly Tlv[];
  readonly facts: Facts;
  readonly uniqueId: string;
}

/**
 * The header of a connection that is forwarded.
 *
 * What a proxy before us said of the connection is passed on as it is, except
 * for its checksum and padding; of what passthru found out itself, only that of
 * which it said nothing goes along. Where the header would be longer than passthru
 * and nginx take one, what passthru found out is left out, then the checksum, then
 * all but the addresses.
 */
export function proxyOpening(
  version: SendProxy,
  { ends, received, facts, uniqueId }: OpeningParts,
): Uint8Array {
  if (version === "v1") return encodeV1(ends);
  const passed = received.filter(({ type }) =>
    type !== TLV_TYPES.CRC32C && type !== TLV_TYPES.NOOP
  );
  const own = ownTlvs(facts, uniqueId).filter((tlv) =>
    !passed.some((other) => other.type === tlv.type && saysSomething(other))
  );
  const isOwn = ({ type }: Tlv) => own.some((tlv) => tlv.type === type);
  const all = [...passed.filter((tlv) => !isOwn(tlv)), ...own];
  for (
    const encode of [
      () => encodeV2(ends, all),
      () => encodeV2(ends, passed),
      () => encodeV2(ends, passed, { checksum: false }),
    ]
  ) {
    const header = encode();
    if (header.length <= MAX_PROXY_HEADER_BYTES) return header;
  }
  // It came without addresses, which take the room of what was behind them.
  return encodeV2(ends, []);
}

/** HAProxy without `unique-id-format` sends an id of no bytes. */
export function saysSomething({ value }: Tlv): boolean {
  return value.length > 0;
}

function ownTlvs(facts: Facts, uniqueId: string): Tlv[] {
  return [
    tlv(TLV_TYPES.ALPN, onlyProtocol(facts["alpn"])),
    tlv(TLV_TYPES.AUTHORITY, facts["sni"] ?? facts["host"]),
    tlv(TLV_TYPES.UNIQUE_ID, uniqueId),
  ].filter((tlv) => tlv !== null);
}

/**
 * The TLV is for the protocol in use, and only the target will choose that. Of
 * a client that offers one there is one to choose.
 */
function onlyProtocol(offered: Facts[string] | undefined): string | null {
  return Array.isArray(offered) && offered.length === 1 ? offered[0] : null;
}

function tlv(type: number, text: unknown): Tlv | null {
  if (typeof text !== "string") return null;
  const value = new TextEncoder().encode(text);
  return value.length > 0 && value.length <= MAX_NAME_BYTES
    ? { type, value }
    : null;
}
