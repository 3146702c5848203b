/**
 * The SETTINGS that an HTTP/2 client may wait for before its first HEADERS.
 *
 * A server may send SETTINGS as soon as it can, and an empty frame changes
 * nothing (RFC 9113 §3.4, §6.5); the target's own SETTINGS follow as the second
 * ones. The client acknowledges each frame in order (§6.5.3), so that the first
 * acknowledgement is for passthru and all others are for the target.
 *
 * @module
 */
import type { Reply, ReplyFilter } from "../detector.ts";

const PREFACE_BYTES = 24;
const HEADER_BYTES = 9;
const TYPE_AT = 3;
const FLAGS_AT = 4;
const SETTINGS = 4;
const ACK = 0x01;

/**
 * The client's pause after which it is taken to wait. curl, nghttp and Node send
 * the preface and the first HEADERS in one write, so that both arrive together.
 */
const QUIET_MS = 20;

/** An empty SETTINGS frame, and what removes its acknowledgement. */
export const SETTINGS_REPLY: Reply = Object.freeze({
  bytes: Uint8Array.of(0, 0, 0, SETTINGS, 0, 0, 0, 0, 0),
  after: 0,
  request: "the preface and SETTINGS",
  quietMs: QUIET_MS,
  filter: () => new SettingsAckFilter(),
});

const NOTHING = new Uint8Array();

/** Removes the first SETTINGS frame with ACK from a client's bytes. */
class SettingsAckFilter implements ReplyFilter {
  done = false;
  /** Bytes to pass on before the next frame header. */
  #left = PREFACE_BYTES;
  /** A frame header, as far as it is there. */
  readonly #header = new Uint8Array(HEADER_BYTES);
  #held = 0;

  push(chunk: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length && !this.done) {
      const count = this.#left > 0
        ? this.#pass(chunk.subarray(at), parts)
        : this.#hold(chunk.subarray(at), parts);
      at += count;
    }
    if (at < chunk.length) parts.push(chunk.subarray(at));
    return joined(parts);
  }

  end(): Uint8Array {
    const held = this.#header.slice(0, this.#held);
    this.#held = 0;
    return held;
  }

  /** Passes on the preface or a payload. @returns How many bytes. */
  #pass(bytes: Uint8Array, parts: Uint8Array[]): number {
    const part = bytes.subarray(0, this.#left);
    this.#left -= part.length;
    parts.push(part);
    return part.length;
  }

  /** Holds a frame header back until it is whole. @returns How many bytes. */
  #hold(bytes: Uint8Array, parts: Uint8Array[]): number {
    const header = this.#header;
    const part = bytes.subarray(0, HEADER_BYTES - this.#held);
    header.set(part, this.#held);
    this.#held += part.length;
    if (this.#held < HEADER_BYTES) return part.length;
    this.#held = 0;
    this.#left = header[0]! << 16 | header[1]! << 8 | header[2]!;
    this.done = this.#left === 0 && header[TYPE_AT] === SETTINGS &&
      (header[FLAGS_AT]! & ACK) !== 0;
    if (!this.done) parts.push(header.slice());
    return part.length;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length <= 1) return parts[0] ?? NOTHING;
  const bytes = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
