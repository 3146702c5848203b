/**
 * The opening of a QUIC connection: the datagrams of a client, up to the
 * ClientHello that its Initials carry.
 *
 * @module
 */
import { HandshakeStream } from "../handshake_stream.ts";
import { type CryptoPiece, readInitialFrames } from "./frames.ts";
import { type LongPacket, readLongHeader, readLongPacket } from "./header.ts";
import { InitialKeys } from "./initial_keys.ts";
import {
  GUESSES_OF_RESERVED,
  isReservedVersion,
  type QuicVersion,
  quicVersion,
} from "./version.ts";

/**
 * Most of them in one flow: with a version that forces negotiation, with one that
 * is served, and with the id of a Retry.
 */
const MAX_ATTEMPTS = 3;

/** What the client's Initials of one first destination id carry. */
interface Attempt {
  readonly dcid: Uint8Array;
  readonly version: number;
  readonly keys: InitialKeys;
  readonly stream: HandshakeStream;
}

/** A hello that is there in whole. */
export interface QuicHello {
  /** The version that its packets have. */
  readonly version: number;
  /** The message, with its header of 4 bytes. */
  readonly message: Uint8Array;
}

/** What a datagram came to. */
export type Progress =
  | { readonly kind: "hello"; readonly hello: QuicHello }
  | { readonly kind: "broken"; readonly why: string }
  | null;

/** Versions of the packets by which networks are heard (draft-ietf-scone-protocol). */
const SCONE_VERSIONS = [0x6f7dc0fd, 0xef7dc0fd];

/**
 * Puts the hello of a flow together, datagram by datagram. It keeps what was
 * decrypted and no datagram.
 *
 * The keys come from the destination id of the first Initial that can be opened.
 * Later Initials have them too, also when they carry another id, as the server's.
 * One that has its own keys begins anew, as after a Retry, at most twice; the hello
 * that is complete first is the one that counts.
 */
export class QuicOpening {
  readonly #attempts: Attempt[] = [];
  readonly #onPiece: (piece: CryptoPiece) => void;

  /** @param onPiece Hears of each piece of a hello, for people. Default: nobody. */
  constructor(onPiece: (piece: CryptoPiece) => void = () => {}) {
    this.#onPiece = onPiece;
  }

  /** Whether an Initial was opened. */
  get isOpened(): boolean {
    return this.#attempts.length > 0;
  }

  /** Takes the next datagram. `null`: the hello is not complete. */
  add(datagram: Uint8Array): Progress {
    const opener = new DatagramOpener(datagram, this.#attempts);
    for (const packet of longPackets(datagram)) {
      if (packet.type !== "initial") continue;
      const opened = opener.open(packet);
      if (opened === null) continue;
      const { frames, stream } = opened;
      const why = readInitialFrames(frames, (piece) => {
        this.#onPiece(piece);
        return stream.add(piece.offset, piece.bytes);
      });
      if (why !== null) return { kind: "broken", why };
      const message = stream.message();
      if (message !== null) {
        return { kind: "hello", hello: { version: packet.version, message } };
      }
    }
    return null;
  }
}

/** Opens the Initials of one datagram, which have one destination id. */
class DatagramOpener {
  readonly #datagram: Uint8Array;
  readonly #attempts: Attempt[];
  /** With keys of their own; made once, as each takes as long as a packet. */
  #fresh: Attempt[] | null = null;

  /** @param attempts Those so far; one that opens a packet comes to them. */
  constructor(datagram: Uint8Array, attempts: Attempt[]) {
    this.#datagram = datagram;
    this.#attempts = attempts;
  }

  /** The frames of a packet, and the stream that they belong to. */
  open(
    packet: LongPacket,
  ): { frames: Uint8Array; stream: HandshakeStream } | null {
    const known = this.#known(packet);
    if (known !== null) {
      const frames = known.keys.open(this.#datagram, packet);
      if (frames !== null) return { frames, stream: known.stream };
      if (isSame(known.dcid, packet.dcid)) return null;
    }
    if (this.#attempts.length === MAX_ATTEMPTS) return null;
    this.#fresh ??= freshAttempts(packet);
    for (const fresh of this.#fresh) {
      const frames = fresh.keys.open(this.#datagram, packet);
      if (frames === null) continue;
      this.#attempts.push(fresh);
      return { frames, stream: fresh.stream };
    }
    return null;
  }

  #known({ dcid, version }: LongPacket): Attempt | null {
    const same = this.#attempts.filter((known) => known.version === version);
    return same.find((known) => isSame(known.dcid, dcid)) ?? same.at(-1) ??
      null;
  }
}

function freshAttempts({ dcid, version }: LongPacket): Attempt[] {
  return readingsOf(version).map((read) => ({
    dcid: dcid.slice(),
    version,
    keys: new InitialKeys(read, dcid, "client"),
    stream: new HandshakeStream(),
  }));
}

/**
 * The packets of a datagram with long headers of versions that can be read.
 *
 * Those behind the first must have its destination id (RFC 9000 §12.2). What is
 * of an unknown version is passed over where its length can be told: a SCONE
 * packet, which is a header alone, or one that is laid out as in version 1. The
 * rest of the datagram ends with the first packet that is none of these.
 */
export function longPackets(datagram: Uint8Array): LongPacket[] {
  const packets: LongPacket[] = [];
  for (let at = 0; at < datagram.length;) {
    const header = readLongHeader(datagram, at);
    if (header === null) break;
    if (SCONE_VERSIONS.includes(header.version)) {
      at = header.end;
      continue;
    }
    const [read] = readingsOf(header.version);
    const packet = readLongPacket(datagram, at, read ?? FALLBACK);
    if (packet === null) break;
    const [first] = packets;
    if (first !== undefined && !isSame(first.dcid, packet.dcid)) break;
    if (read !== undefined) packets.push(packet);
    at = packet.packetEnd;
  }
  return packets;
}

/** The version whose layout a packet of an unknown one is taken to have. */
const FALLBACK = GUESSES_OF_RESERVED[0]!;
const NONE: readonly QuicVersion[] = [];

function readingsOf(version: number): readonly QuicVersion[] {
  const known = quicVersion(version);
  if (known !== null) return [known];
  return isReservedVersion(version) ? GUESSES_OF_RESERVED : NONE;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length &&
    one.every((byte, i) => byte === other[i]);
}
