/**
 * A server's CONNECTION_CLOSE in an Initial packet, by which a client learns at
 * once that it is refused (RFC 9000 §10.2.3, §19.19).
 *
 * @module
 */
import { CONNECTION_CLOSE } from "./frames.ts";
import type { LongHeader } from "./header.ts";
import { InitialKeys, SEAL_BYTES } from "./initial_keys.ts";
import { varint } from "./varint.ts";
import { quicVersion } from "./version.ts";

/** Errors of TLS are numbered from here: 0x0100 and the alert (RFC 9001 §4.8). */
export const CRYPTO_ERROR = 0x0100;

const LONG_HEADER = 0xc0;
/** Packet number 0 in 4 bytes, so that a sample is there for the shortest frame. */
const NUMBER = [0, 0, 0, 0];
/** Frame type of what caused the error: not known. */
const UNKNOWN_FRAME = 0;

/** Why a connection is closed. */
export interface CloseError {
  /** The error code: a TLS alert is {@linkcode CRYPTO_ERROR} and its number. */
  readonly code: number;
  /** For people, in ASCII, at most 60 characters. Default: nothing. */
  readonly reason?: string;
}

/**
 * The datagram that closes a connection before there is one.
 *
 * It is sealed with the server's Initial keys, which everybody can work out, and
 * is smaller than what it answers. The client takes it as coming from the server;
 * so it is for connections that no server has heard of.
 *
 * @param client The header of the client's first Initial, which has a destination
 * id of its own choice.
 * @returns `null`: the version is not known, so that there are no keys.
 */
export function connectionClose(
  { version, dcid, scid }: Pick<LongHeader, "version" | "dcid" | "scid">,
  { code, reason = "" }: CloseError,
): Uint8Array | null {
  const known = quicVersion(version);
  if (known === null) return null;
  const text = new TextEncoder().encode(reason);
  const frame = Uint8Array.of(
    CONNECTION_CLOSE,
    ...varint(code),
    UNKNOWN_FRAME,
    ...varint(text.length),
    ...text,
  );
  const type = known.types.indexOf("initial");
  const header = Uint8Array.of(
    LONG_HEADER | (type << 4) | (NUMBER.length - 1),
    version >>> 24,
    version >>> 16,
    version >>> 8,
    version,
    scid.length,
    ...scid,
    dcid.length,
    ...dcid,
    0, // no token
    ...varint(NUMBER.length + frame.length + SEAL_BYTES),
    ...NUMBER,
  );
  return new InitialKeys(known, dcid, "server").seal(header, frame);
}
