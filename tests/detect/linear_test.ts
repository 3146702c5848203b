/** That no detector takes more than linear time, whatever the bytes are. */
import { assert } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Detector } from "../../src/detect/detector.ts";
import { OPENINGS } from "../support/openings.ts";

const VIEW_BYTES = 65536;
/** A pass over the bytes takes less than 1 ms; a square of them takes seconds. */
const MAX_MS = 300;
const ROUNDS = 5;

/** What openings go on with. */
const TAILS = ["A", " ", "\r\n", "\0", "a: b\r\n", "\xff", "1", "*-1\r\n"];

Deno.test("every detector takes linear time, however an opening goes on", () => {
  const view = new Uint8Array(VIEW_BYTES);
  for (const [name, bytes] of Object.entries(OPENINGS)) {
    for (const start of [bytes.subarray(0, 4), bytes]) {
      for (const tail of TAILS) {
        fill(view, start, tail);
        for (const detector of BUILTINS) {
          const what = `${detector.name}: ${start.length} bytes of ${name}`;
          assert(
            isFast(detector, view),
            `${what}, then ${JSON.stringify(tail)}`,
          );
        }
      }
    }
  }
});

/** Whether it is so once: a busy machine may hold a pass up. */
function isFast(detector: Detector, view: Uint8Array): boolean {
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    detector.detect(view, { ended: false });
    detector.detect(view, { ended: true });
    if (performance.now() - began < MAX_MS) return true;
  }
  return false;
}

/** Fills a view with a start, then with as many tails as it holds. */
function fill(view: Uint8Array, start: Uint8Array, tail: string): void {
  view.set(start);
  view.set(Uint8Array.from(tail, (c) => c.charCodeAt(0)), start.length);
  let filled = tail.length;
  while (start.length + filled < view.length) {
    const from = start.length;
    view.copyWithin(from + filled, from, from + filled);
    filled *= 2;
  }
}
