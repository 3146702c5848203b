/** HTTP/2 openings for tests: frames and uncompressed field blocks. */
import { be, vector, wire } from "./wire.ts";

/** The connection preface. */
export const PREFACE = wire("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A frame. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array,
): Uint8Array {
  return wire(be(payload.length, 3), type, flags, be(stream, 4), payload);
}

/** An empty SETTINGS frame. */
export const SETTINGS = frame(4, 0, 0, wire());

/** A SETTINGS frame that acknowledges one. */
export const SETTINGS_ACK = frame(4, 1, 0, wire());

/** A field block of literals that are neither compressed nor remembered. */
export function literals(
  fields: readonly (readonly [name: string, value: string])[],
): Uint8Array {
  return wire(
    ...fields.map(([name, value]) =>
      wire(0, vector(1, wire(name)), vector(1, wire(value)))
    ),
  );
}

/** The fields of a GET request. */
export function request(
  authority: string,
  path = "/",
): [string, string][] {
  return [
    [":method", "GET"],
    [":scheme", "http"],
    [":authority", authority],
    [":path", path],
  ];
}

/** Preface, SETTINGS, and a HEADERS frame that ends its field block. */
export function opening(block: Uint8Array): Uint8Array {
  return wire(PREFACE, SETTINGS, frame(1, 0x05, 1, block));
}
