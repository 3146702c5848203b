/**
 * Whether time grows faster than the input does.
 *
 * @module
 */
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import type { Detector } from "../../src/detect/detector.ts";
import { hashOf } from "./input.ts";
import { Random } from "./random.ts";
import { Violation } from "./target.ts";

/** Longest view of a detector, in bytes. */
const VIEW_BYTES = 65536;
/** Longest view that is shown byte by byte. */
const DRIPPED_BYTES = 8192;
/** All detectors pass over the longest view in less, in milliseconds. */
const FAST_MS = 25;
/** Twice the input takes so many times the time, at most, twice in a row. */
const MAX_GROWTH = 3;
/** Rounds, of which the fastest counts: a busy machine may hold one up. */
const ROUNDS = 5;

/** What is timed: it takes an input of such a length. */
export type Timed = (length: number) => void;

/**
 * Checks that time is linear in the input, or too short to matter.
 *
 * @param rule What a square of it would break.
 * @param most The longest input; a half and a quarter are timed beside it.
 */
export function checkLinear(rule: string, most: number, timed: Timed): void {
  if (fastest(timed, most, 2) < FAST_MS) return;
  const [quarter, half, whole] = [most / 4, most / 2, most]
    .map((length) => fastest(timed, Math.floor(length), ROUNDS)) as [
      number,
      number,
      number,
    ];
  if (whole < FAST_MS) return;
  if (half > MAX_GROWTH * quarter && whole > MAX_GROWTH * half) {
    const times = [quarter, half, whole].map((ms) => ms.toFixed(1)).join(", ");
    throw new Violation(rule, `${times} ms for a quarter, a half, all`);
  }
}

function fastest(timed: Timed, length: number, rounds: number): number {
  let best = Infinity;
  for (let round = 0; round < rounds && best > FAST_MS / 2; round++) {
    const began = performance.now();
    timed(length);
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

/** Bytes that are as long as wanted: a piece of them comes again and again. */
export function stretched(bytes: Uint8Array, length: number): Uint8Array {
  const random = new Random(hashOf([bytes]));
  const from = random.below(bytes.length + 1);
  const piece = bytes.subarray(from, from + random.small(48));
  const view = new Uint8Array(length);
  view.set(bytes.subarray(0, Math.min(from, length)));
  const end = bytes.subarray(from + piece.length);
  for (let at = from; piece.length > 0 && at < length;) {
    view.set(piece.subarray(0, length - at), at);
    at += piece.length;
  }
  if (end.length < length / 8) view.set(end, length - end.length);
  return view;
}

/** Tries detectors for TCP with a long view, at once and dripping. */
export function stretchTcp(bytes: Uint8Array): void {
  const long = stretched(bytes, VIEW_BYTES);
  const all = (length: number) => {
    for (const detector of BUILTINS) lookOnce(detector, long, length);
  };
  const drips = (length: number) => {
    for (const detector of BUILTINS) dripped(detector, long, length);
  };
  if (fastest(all, VIEW_BYTES, 2) > FAST_MS) {
    for (const detector of BUILTINS) {
      checkLinear(
        `${detector.name}: time grows faster than the view`,
        VIEW_BYTES,
        (length) => lookOnce(detector, long, length),
      );
    }
  }
  if (fastest(drips, DRIPPED_BYTES, 2) <= FAST_MS) return;
  for (const detector of BUILTINS) {
    checkLinear(
      `${detector.name}: dripping costs more than its bytes`,
      DRIPPED_BYTES,
      (length) => dripped(detector, long, length),
    );
  }
}

function lookOnce(detector: Detector, long: Uint8Array, length: number): void {
  const view = long.subarray(0, length);
  detector.detect(view, { ended: false });
  detector.detect(view, { ended: true });
}

function dripped(detector: Detector, long: Uint8Array, most: number): void {
  let seen = 0;
  let progress: unknown;
  for (let at = 1; at <= Math.min(most, detector.maxBytes);) {
    const verdict = detector.detect(long.subarray(0, at), {
      ended: false,
      seen,
      progress,
    });
    if (verdict.kind !== "more") return;
    seen = at;
    progress = verdict.progress;
    at = Math.max(at + 1, verdict.atLeast);
  }
}

/** Tries detectors for datagrams with long ones. */
export function stretchDatagrams(bytes: Uint8Array): void {
  const long = stretched(bytes, VIEW_BYTES - 100);
  for (const detector of DATAGRAM_BUILTINS) {
    const count = detector.maxDatagrams;
    checkLinear(
      `${detector.name}: time grows faster than the datagrams`,
      long.length,
      (length) => {
        const flow = new Array(count).fill(long.subarray(0, length));
        detector.detect(flow, { ended: true });
      },
    );
  }
}
