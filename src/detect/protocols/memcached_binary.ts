/**
 * The header of a request in memcached's binary protocol.
 *
 * For each opcode it is known how long the extras are and whether there is a key
 * or a value; that tells it from what also begins with `80`: a hello of SSL 2
 * (the length of the key would be 256 or more), records of ONC RPC, Thrift
 * (`80 01 00 01`, then the length of a name where the vbucket is 0).
 *
 * @module
 */
import { ByteReader } from "../byte_reader.ts";
import type { Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";

const HEADER_BYTES = 24;
const MAX_KEY_BYTES = 250;
const MAX_BODY_BYTES = 1 << 30;

/** What a request has: lengths of its extras, a key (or it may), a value. */
interface Shape {
  readonly extras: readonly number[];
  readonly key: "key" | "no key" | "any";
  readonly value: boolean;
}

const KEY: Shape = { extras: [0], key: "key", value: false };
const STORE: Shape = { extras: [8], key: "key", value: true };
const COUNT: Shape = { extras: [20], key: "key", value: false };
const APPEND: Shape = { extras: [0], key: "key", value: true };
const TOUCH: Shape = { extras: [4], key: "key", value: false };
const EMPTY: Shape = { extras: [0], key: "no key", value: false };
const FLUSH: Shape = { extras: [0, 4], key: "no key", value: false };

/** Requests by opcode: their name in the text protocol, or alike. */
const REQUESTS: Readonly<Record<number, readonly [string, Shape]>> = {
  0x00: ["get", KEY],
  0x01: ["set", STORE],
  0x02: ["add", STORE],
  0x03: ["replace", STORE],
  0x04: ["delete", KEY],
  0x05: ["incr", COUNT],
  0x06: ["decr", COUNT],
  0x07: ["quit", EMPTY],
  0x08: ["flush_all", FLUSH],
  0x09: ["get", KEY],
  0x0a: ["mn", EMPTY],
  0x0b: ["version", EMPTY],
  0x0c: ["get", KEY],
  0x0d: ["get", KEY],
  0x0e: ["append", APPEND],
  0x0f: ["prepend", APPEND],
  0x10: ["stats", { extras: [0], key: "any", value: false }],
  // Quiet ones, by which libraries send many at once.
  0x11: ["set", STORE],
  0x12: ["add", STORE],
  0x13: ["replace", STORE],
  0x14: ["delete", KEY],
  0x15: ["incr", COUNT],
  0x16: ["decr", COUNT],
  0x17: ["quit", EMPTY],
  0x18: ["flush_all", FLUSH],
  0x19: ["append", APPEND],
  0x1a: ["prepend", APPEND],
  0x1b: ["verbosity", { extras: [4], key: "no key", value: false }],
  0x1c: ["touch", TOUCH],
  0x1d: ["gat", TOUCH],
  0x1e: ["gat", TOUCH],
  0x1f: ["hello", { extras: [0], key: "any", value: true }],
  0x20: ["sasl_list", EMPTY],
  0x21: ["sasl_auth", APPEND],
  0x23: ["gat", TOUCH],
  0x24: ["gat", TOUCH],
};

/** Looks at bytes that begin with `80`. */
export function detectBinary(view: Uint8Array): Verdict {
  if (view.length < 2) return more(2);
  const request = REQUESTS[view[1]!];
  if (request === undefined) return NO;
  if (view.length < HEADER_BYTES) {
    return mayStand(view) ? more(HEADER_BYTES) : NO;
  }
  const [command, shape] = request;
  return isShaped(new ByteReader(view, 2), shape) ? match({ command }) : NO;
}

/** Whether the bytes that are the same in all requests are so, so far. */
function mayStand(view: Uint8Array): boolean {
  return view.length < 4 || (be16(view, 2) <= MAX_KEY_BYTES &&
    [5, 6, 7].every((at) => (view[at] ?? 0) === 0));
}

function isShaped(reader: ByteReader, shape: Shape): boolean {
  const key = reader.u16();
  const extras = reader.u8();
  const reserved = reader.u24();
  const body = reader.u16() * 65536 + reader.u16();
  const value = body - key - extras;
  return reserved === 0 && key <= MAX_KEY_BYTES &&
    shape.extras.includes(extras) && value >= 0 && body <= MAX_BODY_BYTES &&
    (shape.value || value === 0) &&
    (shape.key === "any" || (key > 0) === (shape.key === "key"));
}
