/** What the built-in detectors say of a connection of a corpus. */
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Facts } from "../../src/detect/detector.ts";
import {
  type Candidate,
  type Identification,
  Identifier,
} from "../../src/detect/identify.ts";
import { bytesOf, type Case, segmentsOf } from "./corpus.ts";

/** How much of a connection comes byte by byte, at most. */
const DRIPPED_BYTES = 2048;

/** What was said of a connection. */
export interface Named {
  /** The detector that matched or called the bytes broken; `null`: none did. */
  readonly name: string | null;
  /** What is broken; `null`: nothing. No rule takes such a connection. */
  readonly broken: string | null;
  /** What was learnt; empty where it is broken. */
  readonly facts: Facts;
}

/** All built-in detectors, with rules for all of their facts. */
export const CANDIDATES: readonly Candidate[] = BUILTINS.map((detector) => ({
  detector,
  needs: new Set(Object.values(detector.rules).map(({ fact }) => fact)),
}));

const NO_FACTS: Facts = Object.freeze({});

/** Names a connection that comes in one piece and then ends. */
export function nameFlow(flow: Case): Named {
  const identifier = new Identifier(CANDIDATES);
  const found = run(identifier, bytesOf(flow), []);
  if (found.kind === "identified") {
    const { name } = BUILTINS[found.index]!;
    return { name, broken: null, facts: found.facts };
  }
  for (const [index, verdict] of identifier.verdicts.entries()) {
    if (verdict?.kind === "malformed") {
      const { name } = BUILTINS[index]!;
      return { name, broken: verdict.why, facts: NO_FACTS };
    }
  }
  return { name: null, broken: null, facts: NO_FACTS };
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
