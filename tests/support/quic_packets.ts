/** QUIC's first packets for tests, sealed as a client does. */
import { InitialKeys } from "../../src/detect/quic/initial_keys.ts";
import { varint } from "../../src/detect/quic/varint.ts";
import { quicVersion } from "../../src/detect/quic/version.ts";
import { be, hex, wire } from "./wire.ts";

/** What an Initial holds. Every field has a default. */
export interface InitialOptions {
  /** As the header has it. Default: 1. */
  readonly version?: number;
  /** How the packet is sealed. Default: as `version`. */
  readonly sealedAs?: number;
  /** Destination id. Default: 8 bytes. */
  readonly dcid?: Uint8Array;
  /** The id that the keys come from. Default: `dcid`. */
  readonly keyId?: Uint8Array;
  /** Source id. Default: none. */
  readonly scid?: Uint8Array;
  readonly token?: Uint8Array;
  /** Packet number. Default: 0. */
  readonly number?: number;
  /** The second bit of the first byte. Default: 1. */
  readonly fixedBit?: 0 | 1;
  /** Length of the datagram, by PADDING frames. Default: 1200; 0: no padding. */
  readonly padTo?: number;
}

/** The id of the RFCs' samples. */
export const SAMPLE_ID = hex("8394c8f03e515708");

/** An Initial with frames. */
export function initial(
  frames: Uint8Array,
  options: InitialOptions = {},
): Uint8Array {
  const { version = 1, dcid = SAMPLE_ID, scid = wire() } = options;
  const { token = wire(), number = 0, padTo = 1200 } = options;
  const { fixedBit = 1 } = options;
  const known = quicVersion(options.sealedAs ?? version)!;
  const start = wire(
    0x83 | fixedBit << 6 | known.types.indexOf("initial") << 4,
    be(version, 4),
    wire(dcid.length, dcid, scid.length, scid),
    wire(varint(token.length), token),
  );
  const missing = padTo - start.length - 2 - 4 - frames.length - 16;
  // A sample must be there for the shortest frames.
  const body = wire(frames, new Uint8Array(Math.max(missing, 0)));
  const length = wire(be(0x4000 | (4 + body.length + 16), 2));
  const header = wire(start, length, be(number, 4));
  const keys = new InitialKeys(known, options.keyId ?? dcid, "client");
  return keys.seal(header, body);
}

/** A CRYPTO frame. */
export function crypto(offset: number, bytes: Uint8Array): Uint8Array {
  return wire(6, varint(offset), varint(bytes.length), bytes);
}

/** A part of a message as a CRYPTO frame, from a place up to another one. */
export function piece(
  message: Uint8Array,
  from: number,
  to: number,
): Uint8Array {
  return crypto(from, message.subarray(from, to));
}

/** A packet that nobody opens: 0-RTT or Handshake of version 1. */
export function sealedPacket(
  type: 1 | 2,
  options: Pick<InitialOptions, "dcid" | "scid"> = {},
): Uint8Array {
  const { dcid = SAMPLE_ID, scid = wire() } = options;
  return wire(
    0xc3 | type << 4,
    be(1, 4),
    wire(dcid.length, dcid, scid.length, scid),
    wire(30, new Uint8Array(30).fill(0xa7)),
  );
}
