/**
 * What a target is given: bytes in parts. A part is the start of a connection, a
 * datagram of a flow, a chunk of a file; most targets have one part.
 *
 * @module
 */
import { concat } from "../support/tcp.ts";

/** An input; never without a part. */
export type Input = readonly Uint8Array[];

/** Length of all parts, in bytes. */
export function sizeOf(input: Input): number {
  return input.reduce((sum, { length }) => sum + length, 0);
}

/** All parts in one. */
export function joined(input: Input): Uint8Array {
  return input.length === 1 ? input[0]! : concat(input);
}

/** An input as text: its parts in hex, with commas between. */
export function inputText(input: Input): string {
  return input.map((part) => part.toHex()).join(",");
}

/** Reads what {@linkcode inputText} writes. */
export function parseInput(text: string): Input {
  return text.split(",").map((part) => Uint8Array.fromHex(part));
}

/** A number for the bytes of an input: equal inputs have equal ones (FNV-1a). */
export function hashOf(input: Input): number {
  let hash = 0x811c9dc5;
  for (const part of input) {
    hash = Math.imul(hash ^ part.length, 0x01000193);
    for (let at = 0; at < part.length; at++) {
      hash = Math.imul(hash ^ part[at]!, 0x01000193);
    }
  }
  return hash >>> 0;
}
