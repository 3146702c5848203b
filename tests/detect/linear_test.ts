/** That no detector takes more than linear time, whatever the bytes are. */
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Detector } from "../../src/detect/detector.ts";
import { assertFast } from "../support/fast.ts";
import { OPENINGS } from "../support/openings.ts";

const VIEW_BYTES = 65536;
/** A pass over the bytes takes less than 1 ms; a square of them takes seconds. */
const MAX_MS = 300;

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
          assertFast(`${what}, then ${JSON.stringify(tail)}`, MAX_MS, () => {
            detector.detect(view, { ended: false });
            detector.detect(view, { ended: true });
          });
        }
      }
    }
  }
});

/** Openings of HTTP whose next part is as long as the client likes. */
const LONG_LINES = {
  "empty lines": ["", "\r\n"],
  "spaces behind the method": ["GET", " "],
  "a target": ["GET /", "a"],
  "spaces behind the target": ["GET /", " "],
  "a target with spaces": ["GET / a", " b"],
  "header lines": ["GET / HTTP/1.1\r\n", "a: b\r\n"],
  "a header line": ["GET / HTTP/1.1\r\na:", "b"],
} as const;

Deno.test("a client that drips costs every detector no more than a fast one", () => {
  const view = new Uint8Array(VIEW_BYTES);
  const starts = [
    ...Object.entries(LONG_LINES),
    ...Object.entries(OPENINGS).flatMap(([name, bytes]) =>
      ["A", "a: b\r\n"].map((tail) => [name, [bytes, tail]] as const)
    ),
  ] as const;
  for (const [name, [start, tail]] of starts) {
    fill(view, typeof start === "string" ? bytesOf(start) : start, tail);
    for (const detector of BUILTINS) {
      const what = `${detector.name}: ${name}`;
      assertFast(what, MAX_MS, () => drip(detector, view));
    }
  }
});

/** Shows a detector all bytes, one by one. */
function drip(detector: Detector, view: Uint8Array): void {
  let seen = 0;
  let progress: unknown;
  for (let at = 1; at <= Math.min(view.length, detector.maxBytes);) {
    const state = { ended: false, seen, progress };
    const verdict = detector.detect(view.subarray(0, at), state);
    if (verdict.kind !== "more") return;
    seen = at;
    progress = verdict.progress;
    at = Math.max(at + 1, verdict.atLeast);
  }
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
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
