/**
 * The parameters of a FastCGI request: a stream of names and values, cut into
 * records (FastCGI Specification §3.4, §5.2).
 *
 * @module
 */
import { be16, be32 } from "../expect.ts";

const PARAMETERS = 4;
const HEADER_BYTES = 8;

/** What could be read. */
export interface FastcgiParameters {
  /** Whether the stream has ended; else there may be more of them. */
  readonly isWhole: boolean;
  /** Length of the view with the next record, or with the next header. */
  readonly next: number;
  /** By name. Of one that is repeated the last counts, as in PHP. */
  readonly values: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads parameters.
 *
 * @param from Where the first of their records begins.
 */
export function readParameters(
  view: Uint8Array,
  from: number,
): FastcgiParameters {
  const stream: number[] = [];
  let at = from;
  let next = at + HEADER_BYTES;
  let isWhole = false;
  while (next <= view.length) {
    const length = be16(view, at + 4);
    isWhole = view[at] !== 1 || view[at + 1] !== PARAMETERS || length === 0;
    if (isWhole) break;
    const end = next + length;
    if (end > view.length) {
      next = end;
      break;
    }
    for (let i = next; i < end; i++) stream.push(view[i]!);
    at = end + view[at + 6]!;
    next = at + HEADER_BYTES;
  }
  return { isWhole, next, values: readPairs(Uint8Array.from(stream)) };
}

function readPairs(stream: Uint8Array): Map<string, Uint8Array> {
  const pairs = new Map<string, Uint8Array>();
  let at = 0;
  const readLength = () => {
    const isLong = (stream[at] ?? 0) >= 0x80;
    const length = isLong
      ? at + 4 <= stream.length ? be32(stream, at) - 0x80000000 : Infinity
      : stream[at] ?? Infinity;
    at += isLong ? 4 : 1;
    return length;
  };
  while (at < stream.length) {
    const name = readLength();
    const value = readLength();
    if (at + name + value > stream.length) break;
    const text = String.fromCharCode(...stream.subarray(at, at + name));
    pairs.set(text, stream.subarray(at + name, at + name + value));
    at += name + value;
  }
  return pairs;
}
