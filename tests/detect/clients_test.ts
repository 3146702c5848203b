/**
 * The detectors against the first bytes of new clients, and whether any client
 * is kept waiting that has said all.
 */
import { assert, assertEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { type Identification, Identifier } from "../../src/detect/identify.ts";
import {
  bytesOf,
  type Case,
  CORPUS,
  readCorpus,
  requireCorpusInCi,
  segmentsOf,
} from "../accuracy/corpus.ts";
import { CANDIDATES } from "../accuracy/identify_flow.ts";
import { isFair } from "../accuracy/labels.ts";
import {
  expectedDetector,
  type Opening,
  readOpenings,
} from "../accuracy/openings.ts";
import { concat } from "../support/tcp.ts";
import { UNDECIDABLE } from "./undecidable.ts";

/** Of openings whose protocol has a detector. */
const MIN_NAMED = 0.995;
/** Of all openings. */
const MAX_WRONG = 0.002;

const openings = await readOpenings();
const corpus = await requireCorpusInCi() ? await readCorpus(CORPUS) : null;

test("clients are named as their makers say", openings, (openings) => {
  const named = openings.map((opening) => {
    const found = identify(segments(opening), true);
    const name = found.kind === "identified"
      ? BUILTINS[found.index]!.name
      : null;
    return { id: opening.id, name, expected: expectedDetector(opening) };
  });
  const wrong = named.filter(({ name, expected }) =>
    name !== null && name !== expected
  );
  const supported = named.filter(({ expected }) => expected !== null);
  const missed = supported.filter(({ name }) => name === null);
  assert(wrong.length / named.length <= MAX_WRONG, text(wrong));
  const right = supported.length - missed.length;
  assert(right / supported.length >= MIN_NAMED, text(missed));
});

test(
  "a client is named alike however its bytes are cut",
  openings,
  (openings) => {
    for (const opening of openings) {
      const bytes = concat(segments(opening));
      const dripped = Array.from(
        { length: Math.min(bytes.length, 2048) },
        (_, i) => bytes.subarray(i, i + 1),
      );
      const whole = identify([bytes], true);
      assertEquals(identify(segments(opening), true), whole, opening.id);
      const rest = bytes.subarray(dripped.length);
      assertEquals(identify([...dripped, rest], true), whole, opening.id);
    }
  },
);

test(
  "no client that has said all waits for the deadline",
  openings,
  (openings) => {
    checkWaiting(
      openings.map((opening) => [opening.id, segments(opening)]),
      "client",
    );
  },
);

test(
  "no flow that waits for its server waits for the deadline",
  corpus,
  (corpus) => {
    checkWaiting(
      corpus.filter(isFair).map((flow) => [flow.id, opening(flow)]),
      "flow",
    );
  },
);

/** What a client sent before its server first answered. */
function opening(flow: Case): Uint8Array[] {
  const { server_after } = flow;
  const segments = segmentsOf(flow);
  return server_after ? segments.slice(0, server_after) : [bytesOf(flow)];
}

/**
 * Checks that whole openings are decided while the client may go on, or that it
 * is given what it waits for; but for those that are known.
 */
function checkWaiting(
  list: readonly (readonly [id: string, segments: Uint8Array[]])[],
  what: "client" | "flow",
): void {
  const waiting = list.filter(([, segments]) => {
    const found = identify(segments, false);
    return found.kind === "undecided" && found.reply === undefined;
  }).map(([id]) => id);
  assertEquals(waiting.sort(), Object.keys(UNDECIDABLE[what]).sort());
}

/** Shows the segments, and that they end. */
function identify(
  segments: readonly Uint8Array[],
  ends: boolean,
): Identification {
  const identifier = new Identifier(CANDIDATES);
  const bytes = concat(segments);
  let length = 0;
  let found: Identification = { kind: "undecided", atLeast: 1 };
  for (const segment of segments) {
    length += segment.length;
    found = identifier.look(bytes.subarray(0, length), false);
    if (found.kind !== "undecided") return found;
  }
  return ends ? identifier.look(bytes, true) : found;
}

function segments({ segments }: Opening): Uint8Array[] {
  return segments.map((segment) => Uint8Array.fromBase64(segment));
}

function text(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function test<T>(
  name: string,
  data: T | null,
  check: (data: T) => void,
): void {
  Deno.test({
    name: data === null ? `The data are absent: ${name}` : name,
    ignore: data === null,
    fn: () => check(data!),
  });
}
