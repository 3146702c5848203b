/**
 * RTP, by two packets of one source.
 *
 * Wire: version 2, flags and number of sources in one byte, marker and payload type,
 * BE16 sequence number, BE32 time, BE32 source, so many contributing sources, maybe
 * an extension (RFC 3550 §5.1). One packet says too little: a second one of the same
 * source, and a little further on, is waited for.
 *
 * `maxDatagrams` 3: the second one may be lost or late.
 *
 * @module
 */
import {
  type DatagramDetector,
  match,
  moreDatagrams,
  NO,
} from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16, be32 } from "../expect.ts";

const MAX_DATAGRAMS = 3;
const HEADER_BYTES = 12;
const VERSION_2 = 2;
/** Types that RTCP has at this place, with the marker (RFC 5761 §4). */
const FIRST_RTCP_TYPE = 64;
const LAST_RTCP_TYPE = 95;
/** Packets that may be lost or overtaken between two that are seen. */
const MAX_STEP = 8;

/** Recognises a sender of RTP. */
export const rtp: DatagramDetector = {
  name: "RTP",
  transport: "udp",
  summary: "RTP, by two packets of one source",
  maxDatagrams: MAX_DATAGRAMS,
  rules: {},
  docs: {
    firstBytes:
      "`80..bf`, marker and payload type, BE16 sequence number, BE32 time, BE32 source; a second packet of the same source within 8 sequence numbers",
    facts: { payload_type: "a number: 0 to 127" },
    source: [rfc(3550, "5.1"), rfc(5761, "4"), rfc(9443)],
    stance: [
      "Strict: one packet is not enough. If a server has this detector, datagrams with this start wait for a second one.",
      "RTCP (types 64 to 95 of the second byte's low bits) is not matched.",
    ],
  },
  detect(datagrams) {
    const first = datagrams[0]!;
    if (!isPacket(first)) return NO;
    const end = Math.min(datagrams.length, MAX_DATAGRAMS);
    for (let i = 1; i < end; i++) {
      if (isNear(first, datagrams[i]!)) {
        return match({ payload_type: first[1]! & 0x7f });
      }
    }
    return end < MAX_DATAGRAMS ? moreDatagrams(datagrams) : NO;
  },
};

function isPacket(datagram: Uint8Array): boolean {
  if (datagram.length <= HEADER_BYTES || datagram[0]! >> 6 !== VERSION_2) {
    return false;
  }
  const type = datagram[1]! & 0x7f;
  const sources = datagram[0]! & 15;
  return (type < FIRST_RTCP_TYPE || type > LAST_RTCP_TYPE) &&
    datagram.length > HEADER_BYTES + 4 * sources;
}

/** Whether a packet is of the same source and a little before or behind. */
function isNear(first: Uint8Array, other: Uint8Array): boolean {
  if (!isPacket(other) || be32(other, 8) !== be32(first, 8)) return false;
  const step = (be16(other, 2) - be16(first, 2)) << 16 >> 16;
  return step !== 0 && Math.abs(step) <= MAX_STEP;
}
