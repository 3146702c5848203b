/**
 * DTLS, by the ClientHello.
 *
 * Wire: records of 13 bytes of header, in them handshake messages of 12 bytes of
 * header, in fragments that may lie in several records and datagrams (RFC 6347
 * §4.1, §4.2.3; RFC 9147 §4, §5.4 for the plaintext records of DTLS 1.3). A server
 * answers the first hello with a cookie, and the client sends its hello again with
 * it: what it names is the same, and either decides.
 *
 * `maxDatagrams` 4: a hello of 4 KiB in datagrams of 1200 bytes.
 *
 * @module
 */
import { ByteReader } from "../byte_reader.ts";
import {
  type DatagramDetector,
  type Datagrams,
  type DetectState,
  malformed,
  moreDatagrams,
  NO,
  type Verdict,
} from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";
import { HandshakeStream } from "../handshake_stream.ts";
import { HELLO_FACTS, helloWords, readHello } from "../protocols/tls_hello.ts";

const MAX_DATAGRAMS = 4;
const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
/** DTLS 1.0, 1.2 (which 1.3 says too), and what OpenSSL had before. */
const RECORD_VERSIONS = [0xfeff, 0xfefd, 0x0100];
const RECORD_HEADER_BYTES = 13;
const SEQUENCE_BYTES = 6;
const MESSAGE_HEADER_BYTES = 4;
/** The hello, and the one with the cookie. */
const MAX_MESSAGE_NUMBER = 1;

/** Recognises a DTLS client. */
export const dtls: DatagramDetector = {
  name: "DTLS",
  transport: "udp",
  summary: "DTLS, by the ClientHello",
  maxDatagrams: MAX_DATAGRAMS,
  rules: helloWords("d"),
  docs: {
    firstBytes:
      "`16`, version `fe ff`, `fe fd` or `01 00`, epoch 0, 6 bytes of sequence number, BE16 length; in the record `01`, BE24 length, the number of the message, place and length of the fragment, and the ClientHello",
    facts: {
      ...HELLO_FACTS,
      version:
        "the highest version offered: `1.0`, `1.2` or `1.3`; absent when none of these is",
    },
    source: [rfc(6347, "4.2"), rfc(9147, "5"), rfc(9443)],
    stance: [
      "Strict: the whole ClientHello is parsed, with or without a cookie, and every length must fit into the enclosing one. Fragments can arrive in any order and repeatedly; contradictory ones are malformed.",
      "Not matched: records of later epochs, alerts and application data, which occur later in a connection.",
    ],
  },
  detect(datagrams, state) {
    const { progress } = state;
    if (progress === undefined && !mayBegin(datagrams[0]!)) return NO;
    const fragments = progress as Fragments | undefined ?? new Fragments();
    return fragments.look(datagrams, state);
  },
};

/** Whether a first datagram begins with a record of a handshake. */
function mayBegin(datagram: Uint8Array): boolean {
  return datagram.length > RECORD_HEADER_BYTES && datagram[0] === HANDSHAKE &&
    RECORD_VERSIONS.includes(be16(datagram, 1));
}

/** The hello of a flow, put together from its fragments. */
class Fragments {
  /** By the number of the message. */
  readonly #messages: HandshakeStream[] = [];
  #seen = 0;

  look(datagrams: Datagrams, state: DetectState): Verdict {
    const end = Math.min(datagrams.length, MAX_DATAGRAMS);
    while (this.#seen < end) {
      const verdict = this.#add(datagrams[this.#seen++]!, state);
      if (verdict !== null) return verdict;
      if (this.#messages.length === 0) return NO;
    }
    return end < MAX_DATAGRAMS && !state.ended
      ? moreDatagrams(datagrams, this)
      : malformed("the ClientHello is not complete");
  }

  /** Takes the records of a datagram; `null`: the hello is not complete. */
  #add(datagram: Uint8Array, { needs }: DetectState): Verdict | null {
    const records = new ByteReader(datagram);
    while (records.left > 0) {
      const record = readRecord(records);
      if (record === null) return null;
      while (record.left > 0) {
        const added = this.#addFragment(record);
        if (added === "foreign") return null;
        if (added.why !== null) return malformed(added.why);
        const message = added.stream.message();
        if (message === null) continue;
        const body = message.subarray(MESSAGE_HEADER_BYTES);
        return readHello(body, { needs, over: "d" });
      }
    }
    return null;
  }

  #addFragment(
    record: ByteReader,
  ): { stream: HandshakeStream; why: string | null } | "foreign" {
    const type = record.u8();
    const length = record.u24();
    const number = record.u16();
    const offset = record.u24();
    const fragment = record.take(record.u24());
    const fits = !record.failed && type === CLIENT_HELLO &&
      number <= MAX_MESSAGE_NUMBER && offset + fragment.length <= length;
    if (!fits) return "foreign";
    const stream = this.#messages[number] ??= new HandshakeStream();
    // The fragments are those of the body; the header is the same in each.
    const header = Uint8Array.of(type, length >> 16, length >> 8, length);
    const why = stream.add(0, header) ??
      stream.add(MESSAGE_HEADER_BYTES + offset, fragment);
    return { stream, why };
  }
}

/** The contents of a record of a handshake that begins; `null`: it is none. */
function readRecord(records: ByteReader): ByteReader | null {
  const type = records.u8();
  const version = records.u16();
  const epoch = records.u16();
  records.skip(SEQUENCE_BYTES);
  const record = records.sub(records.u16());
  return !records.failed && type === HANDSHAKE && epoch === 0 &&
      RECORD_VERSIONS.includes(version)
    ? record
    : null;
}
