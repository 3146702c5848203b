/**
 * The contract of a detector for datagrams, each part as a check of one sample.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { DATAGRAM_BUILTINS } from "../detect/datagram_builtins.ts";
import type {
  DatagramDetector,
  Datagrams,
  Verdict,
} from "../detect/detector.ts";
import { type Identification, Identifier } from "../detect/identify.ts";
import type { DatagramSample } from "./datagram_samples.ts";
import { checkFacts } from "./detector_facts_checks.ts";

const OPEN = { ended: false };
const ENDED = { ended: true };

/** Every prefix says `more`, no further than the match, or matches already. */
export function checkPrefixes(
  detector: DatagramDetector,
  { name, datagrams }: DatagramSample,
): void {
  const full = detector.detect(datagrams, OPEN);
  let decidedAt = datagrams.length;
  const asked: number[] = [];
  for (let count = 1; count < datagrams.length; count++) {
    const verdict = detector.detect(datagrams.slice(0, count), OPEN);
    if (verdict.kind === "more") asked.push(verdict.atLeast);
    else {
      assertEquals(verdict, full, name);
      decidedAt = Math.min(decidedAt, count);
    }
  }
  for (const atLeast of asked) {
    assert(atLeast <= decidedAt, `${name}: asks for ${atLeast}`);
  }
}

/** What has been said once holds for all that follows; `more` asks for more. */
export function checkContract(
  detector: DatagramDetector,
  datagrams: Datagrams,
): void {
  let said: Verdict | undefined;
  for (const { count, flow } of growing(detector, datagrams)) {
    const verdict = detector.detect(flow, OPEN);
    checkFacts(detector, verdict);
    checkFacts(detector, detector.detect(flow, ENDED));
    if (said !== undefined) assertEquals(verdict, said);
    else if (verdict.kind !== "more") said = verdict;
    else {
      assert(verdict.atLeast > count);
      assert(count < detector.maxDatagrams, `more after ${count} datagrams`);
    }
  }
  assertEquals(
    identify(detector, datagrams, "one by one"),
    identify(detector, datagrams, "at once"),
  );
}

/** A flow datagram by datagram, and with others behind it up to the most. */
function* growing({ maxDatagrams }: DatagramDetector, datagrams: Datagrams) {
  const most = Math.max(datagrams.length, maxDatagrams) + 1;
  const filler = new Uint8Array(20).fill(0x5a);
  const flow: Uint8Array[] = [];
  for (let count = 1; count <= most; count++) {
    flow.push(datagrams[count - 1] ?? filler);
    yield { count, flow: [...flow] };
  }
}

/** Identifies a flow that then ends, among all built-in detectors. */
function identify(
  detector: DatagramDetector,
  datagrams: Datagrams,
  how: "at once" | "one by one",
): Identification {
  const others = DATAGRAM_BUILTINS.filter(({ name }) => name !== detector.name);
  const identifier = new Identifier<Datagrams>(
    [detector, ...others].map((each) => ({
      detector: each,
      needs: new Set(Object.values(each.rules).map(({ fact }) => fact)),
    })),
  );
  const first = how === "at once" ? datagrams.length : 1;
  for (let count = first; count <= datagrams.length; count++) {
    const found = identifier.look(datagrams.slice(0, count), false);
    if (found.kind !== "undecided") return found;
  }
  return identifier.look(datagrams, true);
}

/** No other built-in detector matches a sample. */
export function checkExclusive(
  detector: DatagramDetector,
  { name, datagrams }: DatagramSample,
): void {
  for (const other of DATAGRAM_BUILTINS) {
    if (other.name === detector.name) continue;
    const { kind } = other.detect(datagrams, ENDED);
    assertNotEquals(kind, "match", `${other.name}: ${name}`);
  }
}

/** A detector neither changes nor keeps the datagrams. */
export function checkUntouched(
  detector: DatagramDetector,
  datagrams: Datagrams,
): void {
  const copy = datagrams.map((datagram) => datagram.slice());
  const verdict = detector.detect(copy, OPEN);
  assertEquals(copy, datagrams);
  const { progress: _, ...before } = { progress: null, ...verdict };
  const expected = structuredClone(before);
  for (const datagram of copy) datagram.fill(0);
  assertEquals(before, expected);
  if (verdict.kind !== "more") return;
  // What is kept of them must be a copy: they are the caller's.
  const { progress } = verdict;
  const seen = datagrams.length;
  const next = [...copy, datagrams[0]!];
  const whole = [...datagrams, datagrams[0]!];
  assertEquals(
    plain(detector.detect(next, { ended: true, seen, progress })),
    plain(detector.detect(whole, ENDED)),
  );
}

/** A verdict without what the detector wants to be given back. */
function plain(verdict: Verdict): Verdict {
  return verdict.kind === "more"
    ? { kind: "more", atLeast: verdict.atLeast }
    : verdict;
}
