/**
 * QUIC, by the ClientHello in the client's first packets.
 *
 * Wire: Initial packets are sealed with keys that come from the connection id
 * that they are sent to, so that everybody can open them (RFC 9001 §5.2). Their
 * CRYPTO frames hold the hello, in pieces of any size and order.
 *
 * A version that is not known may lay out all but the ids in its own way (RFC
 * 8999): it matches with its number alone. Of a version that forces negotiation
 * the hello is read where the client has sealed it as a version that is known.
 *
 * `maxDatagrams` 8: hellos with a post-quantum key share take two, lossy paths and
 * clients that pad take more.
 *
 * @module
 */
import {
  type DatagramDetector,
  type Datagrams,
  type DetectState,
  malformed,
  match,
  moreDatagrams,
  NO,
  type Verdict,
} from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { HELLO_FACTS, helloWords, readHello } from "../protocols/tls_hello.ts";
import {
  isLongHeader,
  MAX_ID_BYTES,
  MIN_INITIAL_DATAGRAM_BYTES,
  readLongHeader,
  readLongPacket,
} from "../quic/header.ts";
import { longPackets, type QuicHello, QuicOpening } from "../quic/opening.ts";
import {
  isReservedVersion,
  type PacketType,
  type QuicVersion,
  quicVersion,
  VERSION_1,
  versionName,
} from "../quic/version.ts";
import { textWord, unlessFact } from "../rule_grammar.ts";
import { isGoogleVersion } from "./gquic.ts";

const MAX_DATAGRAMS = 8;
const CLIENT_HELLO = 1;
const MESSAGE_HEADER_BYTES = 4;
/** Below it are RTP and others (RFC 9443); known versions may be there, too. */
const FIRST_BYTE_OF_UNKNOWN = 0xc0;
const ID_LENGTH_AT = 5;
const MIN_FIRST_ID_BYTES = 8;
/** The fact that says that the hello could not be read. */
const UNREAD = "unread";

/** Version 1 with Initials, or with 0-RTT packets, alone. */
const WITH_TOKEN = allOf("initial");
const WITHOUT_TOKEN = allOf("0rtt");

const NOT_OPENED = malformed(
  "no Initial can be opened: it was altered, or belongs to a connection that began before",
);
const NOT_COMPLETE = malformed("the ClientHello is not complete");

/** Recognises a QUIC client. */
export const quic: DatagramDetector = {
  name: "QUIC",
  transport: "udp",
  summary: "QUIC, by the ClientHello in its Initial packets",
  maxDatagrams: MAX_DATAGRAMS,
  rules: {
    ...unlessFact(UNREAD, helloWords("q")),
    QUICVERSION: textWord("quic_version", {
      pattern: /^(?:[12]|draft-\d{2}|0x[\da-f]{8})$/,
      expected:
        'a version of QUIC: "1", "2", "draft-29" or a number such as "0xfaceb002"',
    }, { example: "1", exact: true }),
  },
  docs: {
    firstBytes:
      "`c0..ff` (`80..bf` on some resumed connections), BE32 version, the connection ids with their lengths, token, length, and sealed CRYPTO frames with the ClientHello, over one or more datagrams",
    facts: {
      ...HELLO_FACTS,
      quic_version:
        "the version of the packets: `1`, `2`, `draft-29`, another one as `0xfaceb002`",
      unread:
        "`true` when the ClientHello could not be read because the version is unknown; its facts are then absent, and no condition about them holds, negated or not, nor does `NOSNI`",
    },
    source: [
      rfc(9000, "17.2"),
      rfc(9001, "5"),
      rfc(9369),
      rfc(8999, "5.1"),
      {
        text: "JA4",
        url:
          "https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md",
      },
    ],
    stance: [
      "Strict: an Initial must have a correct authentication tag, and the complete ClientHello is parsed as for TLS.",
      "Other datagrams in between, and Initials that cannot be decrypted, are skipped, as servers do. Contradictory CRYPTO frames, and frames that are not allowed in an Initial, are malformed.",
      "A port after the server name, which quic-go has sent, is removed.",
      "The second bit of a packet may be 0, as RFC 9287 has it, where the version is known.",
      "A datagram of an unknown version must have 1200 bytes and a destination id of 8 to 20; one that does not force version negotiation must have the layout of version 1.",
      "Not matched: version negotiation, Handshake and short header packets, which occur later in a connection.",
    ],
  },
  detect(datagrams, state) {
    const { progress } = state;
    if (progress === undefined && !mayBegin(datagrams[0]!)) return NO;
    const opening = progress as Opening | undefined ?? new Opening();
    return opening.look(datagrams, state);
  },
};

/** Whether a first datagram has a long header with an id that fits. */
function mayBegin(datagram: Uint8Array): boolean {
  return datagram.length > ID_LENGTH_AT && isLongHeader(datagram[0]!) &&
    datagram[ID_LENGTH_AT]! <= MAX_ID_BYTES;
}

/** What was seen of a flow. */
class Opening {
  readonly #opening = new QuicOpening();
  #seen = 0;

  look(datagrams: Datagrams, state: DetectState): Verdict {
    const end = Math.min(datagrams.length, MAX_DATAGRAMS);
    while (this.#seen < end) {
      const datagram = datagrams[this.#seen++]!;
      const found = this.#opening.add(datagram);
      if (found?.kind === "hello") return helloVerdict(found.hello, state);
      if (found?.kind === "broken") return malformed(found.why);
      if (this.#seen > 1 || this.#opening.isOpened) continue;
      const verdict = firstVerdict(datagram);
      if (verdict !== null) return verdict;
    }
    if (!state.ended && end < MAX_DATAGRAMS) {
      return moreDatagrams(datagrams, this);
    }
    return this.#opening.isOpened ? NOT_COMPLETE : NOT_OPENED;
  }
}

/** What a first datagram says that holds no Initial to open; `null`: to wait. */
function firstVerdict(datagram: Uint8Array): Verdict | null {
  if (isUnknownVersion(datagram)) {
    const { version } = readLongHeader(datagram)!;
    return match({ quic_version: versionName(version), unread: true });
  }
  // 0-RTT packets may overtake the Initial.
  return longPackets(datagram).some(({ type }) =>
      type === "initial" || type === "0rtt"
    )
    ? null
    : NO;
}

function allOf(type: PacketType): QuicVersion {
  const types = Array.from({ length: 4 }, () => type);
  return { ...quicVersion(VERSION_1)!, types };
}

function isUnknownVersion(datagram: Uint8Array): boolean {
  if (datagram.length < MIN_INITIAL_DATAGRAM_BYTES) return false;
  if (datagram[0]! < FIRST_BYTE_OF_UNKNOWN) return false;
  const header = readLongHeader(datagram);
  if (header === null) return false;
  const { version, dcid, scid } = header;
  if (
    version === 0 || quicVersion(version) !== null || isGoogleVersion(version)
  ) return false;
  if (
    dcid.length < MIN_FIRST_ID_BYTES || dcid.length > MAX_ID_BYTES ||
    scid.length > MAX_ID_BYTES
  ) return false;
  return isReservedVersion(version) || hasLayoutOf1(datagram, version);
}

/**
 * Whether packets that are laid out as in version 1 fill a datagram. Their types may
 * have other numbers, as in version 2: of each it is tried whether it has a token.
 */
function hasLayoutOf1(datagram: Uint8Array, version: number): boolean {
  for (let at = 0; at < datagram.length;) {
    const packet = readLongPacket(datagram, at, WITH_TOKEN) ??
      readLongPacket(datagram, at, WITHOUT_TOKEN);
    if (packet?.version !== version) {
      return at > 0 && datagram.subarray(at).every((byte) => byte === 0);
    }
    at = packet.packetEnd;
  }
  return true;
}

function helloVerdict(
  { version, message }: QuicHello,
  { needs }: DetectState,
): Verdict {
  if (message[0] !== CLIENT_HELLO) {
    return malformed("the CRYPTO frames contain no ClientHello");
  }
  const body = message.subarray(MESSAGE_HEADER_BYTES);
  const verdict = readHello(body, { needs, over: "q" });
  return verdict.kind === "match"
    ? match({ ...verdict.facts, quic_version: versionName(version) })
    : verdict;
}
