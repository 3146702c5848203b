/**
 * Which candidates a connection's first byte leaves, so that many detectors cost
 * no more than few.
 *
 * @module
 */
import { isBuiltIn } from "./built_in.ts";
import type { AnyDetector, DetectState } from "./detector.ts";

/** What is known of a candidate: its detector, and the facts that rules test. */
interface Candidate<View> {
  readonly detector: AnyDetector<View>;
  readonly needs: ReadonlySet<string>;
}

/** Places in a list of candidates, ascending. */
export type Places = readonly number[];

/** By list: the places for each first byte, and at {@linkcode ALL} every one. */
const KNOWN = new WeakMap<object, (Places | undefined)[]>();
const ALL = 256;

/**
 * The candidates that a view leaves; all others say `no` to it.
 *
 * @param candidates Must not change: what is found is kept for it.
 * @param view Bytes; all candidates are left by no byte, and by datagrams.
 */
export function placesLeft<View extends { readonly length: number }>(
  candidates: readonly Candidate<View>[],
  view: View,
): Places {
  let known = KNOWN.get(candidates);
  if (known === undefined) {
    known = new Array<Places | undefined>(ALL + 1).fill(undefined);
    KNOWN.set(candidates, known);
  }
  const isBytes = view instanceof Uint8Array && view.length > 0;
  const row = isBytes ? view[0]! : ALL;
  return known[row] ??= isBytes
    ? findPlaces(candidates as readonly Candidate<unknown>[], row)
    : Array.from(candidates, (_, place) => place);
}

function findPlaces(
  candidates: readonly Candidate<unknown>[],
  byte: number,
): Places {
  const view = Uint8Array.of(byte);
  const places: number[] = [];
  candidates.forEach(({ detector, needs }, place) => {
    const state: DetectState = { ended: false, needs };
    // Others are asked when there is a connection. The `no` of these to a byte
    // holds for all that follows, as the tests show.
    const isOut = isBuiltIn(detector) &&
      detector.detect(view, state).kind === "no";
    if (!isOut) places.push(place);
  });
  return places;
}
