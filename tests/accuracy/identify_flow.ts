/** What the built-in detectors say of a connection of a corpus. */
import { BUILTINS } from "../../src/detect/builtins.ts";
import {
  type Candidate,
  type Identification,
  Identifier,
} from "../../src/detect/identify.ts";
import { bytesOf, type Case, segmentsOf } from "./corpus.ts";
import { type Detection, type Named, namedBy } from "./detection.ts";

/** How much of a connection comes byte by byte, at most. */
const DRIPPED_BYTES = 2048;

/** All built-in detectors, with rules for all of their facts. */
export const CANDIDATES: readonly Candidate[] = BUILTINS.map((detector) => ({
  detector,
  needs: new Set(Object.values(detector.rules).map(({ fact }) => fact)),
}));

const NAMES = BUILTINS.map(({ name }) => name);

/** The detectors for TCP. */
export const STREAMS: Detection = {
  flows: "TCP connections",
  names: NAMES,
  name: nameFlow,
  outcomes: segmentations,
};

/** Names a connection that comes in one piece and then ends. */
function nameFlow(flow: Case): Named {
  const identifier = new Identifier(CANDIDATES);
  return namedBy(run(identifier, bytesOf(flow), []), identifier, NAMES);
}

/**
 * The outcomes of a connection that comes in one piece, in the segments of the
 * capture, and byte by byte. They must be the same.
 */
export function segmentations(flow: Case): Identification[] {
  const bytes = bytesOf(flow);
  const dripped = Array.from(
    { length: Math.min(bytes.length, DRIPPED_BYTES) },
    () => 1,
  );
  const segments = segmentsOf(flow).map(({ length }) => length);
  return [[bytes.length], segments, dripped].map((lengths) =>
    run(new Identifier(CANDIDATES), bytes, lengths)
  );
}

/** Shows bytes in pieces of such lengths, then what is left, then their end. */
function run(
  identifier: Identifier,
  bytes: Uint8Array,
  lengths: readonly number[],
): Identification {
  let length = 0;
  for (const piece of [...lengths, bytes.length]) {
    length = Math.min(length + piece, bytes.length);
    const found = identifier.look(bytes.subarray(0, length), false);
    if (found.kind !== "undecided") return found;
  }
  return identifier.look(bytes, true);
}
