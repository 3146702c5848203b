/**
 * The contract of a detector, each part as a check of one sample.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { BUILTINS } from "../detect/builtins.ts";
import type { Detector, Verdict } from "../detect/detector.ts";
import { type Identification, Identifier } from "../detect/identify.ts";
import { checkFacts } from "./detector_facts_checks.ts";
import type { PositiveSample } from "./detector_samples.ts";

/**
 * Built-in detectors that wait though another's opening is whole: three bytes of
 * SOCKS are a length, and eight of Modbus are half of a MongoDB header.
 */
const MAY_WAIT = new Set([
  "MODBUS for SOCKS",
  "MONGODB for SOCKS",
  "MONGODB for MODBUS",
]);

const OPEN = { ended: false };
const ENDED = { ended: true };

/** Every prefix says `more`, no further than the match, or matches already. */
export function checkPrefixes(
  detector: Detector,
  sample: PositiveSample,
): void {
  const { bytes } = sample;
  const full = detector.detect(bytes, OPEN);
  const asked: number[] = [];
  let decidedAt = bytes.length;
  for (const length of cuts(bytes.length)) {
    const verdict = detector.detect(bytes.subarray(0, length), OPEN);
    if (verdict.kind === "more") {
      asked.push(verdict.atLeast);
      continue;
    }
    assertEquals(verdict, full, `${sample.name}: ${length} bytes`);
    decidedAt = Math.min(decidedAt, length);
  }
  for (const atLeast of asked) {
    assert(atLeast <= decidedAt, `${sample.name}: asks for ${atLeast}`);
  }
}

/** What has been said once holds for all that follows; `more` asks for more. */
export function checkMonotone(detector: Detector, bytes: Uint8Array): void {
  for (const state of [OPEN, ENDED]) {
    let said: Verdict | undefined;
    for (const length of [...cuts(bytes.length), bytes.length]) {
      const verdict = detector.detect(bytes.subarray(0, length), state);
      checkFacts(detector, verdict);
      if (state === ENDED) continue;
      if (said !== undefined) assertEquals(verdict, said);
      else if (verdict.kind !== "more") said = verdict;
      else assert(verdict.atLeast > length);
    }
  }
}

/** The identification does not depend on how the bytes come. */
export function checkPieces(detector: Detector, bytes: Uint8Array): void {
  const whole = identify(detector, [bytes]);
  const dripped = identify(
    detector,
    Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1)),
  );
  assertEquals(dripped, whole);
  assertEquals(identify(detector, piecesOf(bytes)), whole);
}

/** Pieces of many lengths, other ones for other bytes. */
function piecesOf(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let state = bytes.length;
  for (let start = 0; start < bytes.length;) {
    // A linear congruential generator: the same pieces at each run.
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const end = start + 1 + state % 37;
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

/** Identifies a connection whose bytes come in such pieces, then end. */
function identify(
  detector: Detector,
  pieces: readonly Uint8Array[],
): Identification {
  const others = BUILTINS.filter(({ name }) => name !== detector.name);
  const identifier = new Identifier(
    [detector, ...others].map((each) => ({
      detector: each,
      needs: new Set(Object.values(each.rules).map(({ fact }) => fact)),
    })),
  );
  const bytes = new Uint8Array(pieces.reduce((sum, p) => sum + p.length, 0));
  let length = 0;
  for (const piece of pieces) {
    bytes.set(piece, length);
    length += piece.length;
    const found = identifier.look(bytes.subarray(0, length), false);
    if (found.kind !== "undecided") return found;
  }
  return identifier.look(bytes, true);
}

/**
 * No other built-in detector matches a sample, nor waits for more when it is a
 * built-in one's: its client would wait for the detection timeout.
 */
export function checkExclusive(
  detector: Detector,
  sample: PositiveSample,
): void {
  const isBuiltin = BUILTINS.includes(detector);
  for (const other of BUILTINS) {
    if (other.name === detector.name) continue;
    const verdict = other.detect(sample.bytes, ENDED);
    assertNotEquals(verdict.kind, "match", `${other.name}: ${sample.name}`);
    if (!isBuiltin || MAY_WAIT.has(`${other.name} for ${detector.name}`)) {
      continue;
    }
    const open = other.detect(sample.bytes, OPEN);
    assertNotEquals(open.kind, "more", `${other.name}: ${sample.name}`);
  }
}

/** A detector neither changes nor keeps the bytes. */
export function checkUntouched(detector: Detector, bytes: Uint8Array): void {
  const view = bytes.slice();
  const verdict = detector.detect(view, OPEN);
  assertEquals(view, bytes);
  const before = structuredClone(verdict);
  view.fill(0);
  assertEquals(verdict, before);
}

/** Lengths to cut at: all, or of a long sample its ends and some between. */
function cuts(length: number): number[] {
  const near = 512;
  return Array.from({ length }, (_, i) => i).filter((i) =>
    i < near || i >= length - near || i % 251 === 0
  );
}
