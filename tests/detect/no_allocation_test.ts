/** What it costs to say `no`, which every detector but one does. */
import { assert, fail } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Detector } from "../../src/detect/detector.ts";
import { OPENINGS } from "../support/openings.ts";

const CALLS = 20_000;
const ROUNDS = 7;
/** The smallest object has 12 bytes; a stray one of the runtime's is borne. */
const MAX_BYTES_A_CALL = 4;
const STATE = { ended: false };

/** The openings, and every first byte. */
const VIEWS: readonly Uint8Array[] = [
  ...Object.values(OPENINGS),
  ...Array.from({ length: 256 }, (_, byte) => new Uint8Array(64).fill(byte)),
];

for (const detector of BUILTINS) {
  Deno.test(`${detector.name} allocates nothing to say no`, () => {
    const views = VIEWS.filter((view) =>
      detector.detect(view, STATE).kind === "no"
    );
    assert(views.length > 200);
    // Once for the compiler, which allocates for itself.
    sayNo(detector, views);
    const found = Array.from({ length: ROUNDS }, () => {
      const before = Deno.memoryUsage().heapUsed;
      sayNo(detector, views);
      return (Deno.memoryUsage().heapUsed - before) / CALLS;
    });
    // A collection in between makes a round meaningless; few have one.
    const median = found.sort((a, b) => a - b)[ROUNDS >> 1]!;
    assert(Math.abs(median) < MAX_BYTES_A_CALL, `${median} bytes a call`);
  });
}

function sayNo(detector: Detector, views: readonly Uint8Array[]): void {
  for (let call = 0; call < CALLS; call++) {
    const { kind } = detector.detect(views[call % views.length]!, STATE);
    if (kind !== "no") fail(kind);
  }
}
