/**
 * What clients are told in place of a target: never more than three times the
 * bytes that they have sent, as their addresses may be somebody else's (RFC 9000
 * §8.1).
 *
 * @module
 */
import type { RejectWith } from "../config/plan.ts";
import type { Datagrams } from "../detect/detector.ts";
import {
  connectionClose,
  CRYPTO_ERROR,
} from "../detect/quic/connection_close.ts";
import {
  MIN_INITIAL_DATAGRAM_BYTES,
  readLongHeader,
} from "../detect/quic/header.ts";
import { longPackets } from "../detect/quic/opening.ts";
import { VERSION_1 } from "../detect/quic/version.ts";
import { versionNegotiation } from "../detect/quic/version_negotiation.ts";

/** unrecognized_name (RFC 6066 §3). */
const UNRECOGNIZED_NAME = 112;
const MOST_AMPLIFICATION = 3;
const DNS_HEADER_BYTES = 12;
const QR = 0x80;
/** Opcode and RD are those of the question (RFC 1035 §4.1.1). */
const KEPT_FLAGS = 0x79;
const REFUSED = 5;

/** An answer, and what it is called. */
export interface DatagramAnswer {
  /** `tls_alert`, `refused`, `version_negotiation`. */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * The answer of a REJECT.
 *
 * @param protocol What was identified; `null`: nothing.
 * @returns `null`: none that the client would understand.
 */
export function rejectionOf(
  how: RejectWith | undefined,
  protocol: string | null,
  datagrams: Datagrams,
): DatagramAnswer | null {
  if (how?.kind === "tls_alert" && protocol === "QUIC") {
    return bounded("tls_alert", closeOf(datagrams), datagrams);
  }
  if (how?.kind === "refused" && protocol === "DNS") {
    return bounded("refused", refusalOf(datagrams.at(-1)!), datagrams);
  }
  return null;
}

/**
 * Version Negotiation for a client of a version that no rule takes (RFC 9000
 * §6.1). Version 1 alone is offered: every server has it.
 *
 * @returns `null`: the datagram gets none.
 */
export function negotiationOf(datagram: Uint8Array): DatagramAnswer | null {
  if (datagram.length < MIN_INITIAL_DATAGRAM_BYTES) return null;
  const header = readLongHeader(datagram);
  if (header === null || header.version === 0) return null;
  const bytes = versionNegotiation(header, [VERSION_1]);
  return bounded("version_negotiation", bytes, [datagram]);
}

/** A CONNECTION_CLOSE for the connection that the first Initial begins. */
function closeOf(datagrams: Datagrams): Uint8Array | null {
  for (const datagram of datagrams) {
    const initial = longPackets(datagram)
      .find(({ type }) => type === "initial");
    if (initial === undefined) continue;
    const code = CRYPTO_ERROR + UNRECOGNIZED_NAME;
    return connectionClose(initial, { code, reason: "unrecognized name" });
  }
  return null;
}

/** The question as it came, with RCODE 5 and without records. */
function refusalOf(query: Uint8Array): Uint8Array | null {
  const end = questionEnd(query);
  if (end === null) return null;
  const answer = query.slice(0, end);
  answer[2] = QR | (query[2]! & KEPT_FLAGS);
  answer[3] = REFUSED;
  // One question, and nothing in the other sections.
  answer.fill(0, 6, DNS_HEADER_BYTES);
  return answer;
}

/** Place behind the one question of a query; `null`: it cannot be told. */
function questionEnd(query: Uint8Array): number | null {
  let at = DNS_HEADER_BYTES;
  while (at < query.length && query[at] !== 0) at += 1 + query[at]!;
  const end = at + 1 + 4;
  return end <= query.length ? end : null;
}

function bounded(
  text: string,
  bytes: Uint8Array | null,
  datagrams: Datagrams,
): DatagramAnswer | null {
  const received = datagrams.reduce((sum, { length }) => sum + length, 0);
  return bytes === null || bytes.length > MOST_AMPLIFICATION * received
    ? null
    : { text, bytes };
}
