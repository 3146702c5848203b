/**
 * Runs the detectors of a listener over the bytes so far and decides which one
 * wins, so that the outcome does not depend on how the bytes were cut.
 *
 * @module
 */
import type {
  AnyDetector,
  DetectState,
  Facts,
  Reply,
  Verdict,
} from "./detector.ts";

/**
 * A detector of a listener, with the facts that its rules test. `View` is what it
 * is shown: the bytes of a TCP connection (default), or the `Datagrams` of a flow.
 */
export interface Candidate<View = Uint8Array> {
  /** The detector. */
  readonly detector: AnyDetector<View>;
  /** The facts that its rules test. */
  readonly needs: ReadonlySet<string>;
}

/** The outcome of one look at the bytes. */
export type Identification =
  | {
    readonly kind: "undecided";
    /** Length of the view, in bytes or datagrams, to look again at. */
    readonly atLeast: number;
    /** What the client waits for, as far as this can be known. */
    readonly reply?: Reply;
  }
  | {
    readonly kind: "identified";
    /** Place of the winner among the candidates. */
    readonly index: number;
    readonly facts: Facts;
  }
  | { readonly kind: "unidentified" };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NO_NEEDS: NonNullable<DetectState["needs"]> = new Set();
const UNIDENTIFIED: Identification = Object.freeze({ kind: "unidentified" });

/**
 * Identifies one connection, or one flow of datagrams; made anew for each.
 *
 * A match wins only when every candidate before it has said `no` or
 * `malformed`. What a candidate has said is remembered, so it is asked again
 * only after `more`, and only when the view has reached what it asked for.
 *
 * A client is given a reply only when every candidate before the one that asks
 * for it has said `no` or `malformed`: another protocol than the one that wins
 * is never spoken to it.
 */
export class Identifier<
  View extends { readonly length: number } = Uint8Array,
> {
  readonly #candidates: readonly Candidate<View>[];
  readonly #verdicts: (Verdict | undefined)[];
  /** Length of the view at each candidate's last verdict. */
  readonly #seen: number[];
  /** One for all questions, so that a `no` allocates nothing. */
  readonly #state: Writable<DetectState> = {
    ended: false,
    needs: NO_NEEDS,
    seen: 0,
    progress: undefined,
  };

  /** Makes an identifier for one connection. */
  constructor(candidates: readonly Candidate<View>[]) {
    this.#candidates = candidates;
    this.#verdicts = new Array(candidates.length);
    this.#seen = new Array(candidates.length).fill(0);
  }

  /** The last verdict of each candidate; `undefined`: was not asked. */
  get verdicts(): readonly (Verdict | undefined)[] {
    return this.#verdicts;
  }

  /**
   * Looks at the bytes.
   *
   * @param view All bytes, or all datagrams, so far.
   * @param ended Nothing will follow; the outcome is then never `undecided`.
   */
  look(view: View, ended: boolean): Identification {
    let atLeast = Infinity;
    let reply: Reply | undefined;
    for (let index = 0; index < this.#candidates.length; index++) {
      const verdict = this.#ask(index, view, ended);
      if (verdict.kind === "match") {
        if (atLeast !== Infinity) break;
        return { kind: "identified", index, facts: verdict.facts };
      }
      if (verdict.kind === "more" && !ended) {
        const isFirst = atLeast === Infinity;
        // What was said of fewer bytes is no reply to these.
        if (isFirst && this.#seen[index] === view.length) reply = verdict.reply;
        atLeast = Math.min(atLeast, Math.max(verdict.atLeast, view.length + 1));
      }
    }
    if (atLeast === Infinity) return UNIDENTIFIED;
    return reply === undefined
      ? { kind: "undecided", atLeast }
      : { kind: "undecided", atLeast, reply };
  }

  #ask(index: number, view: View, ended: boolean): Verdict {
    const last = this.#verdicts[index];
    if (last !== undefined) {
      if (last.kind !== "more") return last;
      if (view.length < last.atLeast && !ended) return last;
    }
    const { detector, needs } = this.#candidates[index]!;
    const state = this.#state;
    state.ended = ended;
    state.needs = needs;
    state.seen = this.#seen[index]!;
    state.progress = last?.progress;
    this.#seen[index] = view.length;
    return this.#verdicts[index] = detector.detect(view, state);
  }
}
