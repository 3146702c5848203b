/**
 * The byte at which a detector made up its mind.
 *
 * @module
 */
import type { Verdict } from "../detect/detector.ts";
import type { Candidate } from "../detect/identify.ts";

/**
 * Finds the last byte of the shortest prefix for which a detector says what it
 * said in the end. It asks the detector again and again, which works for every
 * detector: what it has said it says for every continuation too.
 *
 * @returns The offset of the byte; `null` when it was only the end of the bytes
 * that brought the verdict, or there is none.
 */
export function decidingByte(
  candidate: Candidate,
  view: Uint8Array,
  verdict: Verdict,
): number | null {
  const wanted = JSON.stringify(verdict);
  const decides = (length: number) =>
    isVerdict(candidate, view.subarray(0, length), wanted);
  if (verdict.kind === "more" || !decides(view.length)) return null;
  let low = 0;
  let high = view.length;
  // The verdict is there at `high` and not yet at `low`.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (decides(middle)) high = middle;
    else low = middle;
  }
  return high - 1;
}

function isVerdict(
  { detector, needs }: Candidate,
  view: Uint8Array,
  wanted: string,
): boolean {
  const said = detector.detect(view, { ended: false, needs });
  return JSON.stringify(said) === wanted;
}
