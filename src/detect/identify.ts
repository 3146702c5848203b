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
import { NO } from "./detector.ts";
import { type Places, placesLeft } from "./first_byte.ts";

/**
 * A detector of a listener, with the facts that its rules test. `View` is what it
 * is shown: the bytes of a TCP connection (default), or the `Datagrams` of a flow.
 */
export interface Candidate<View = Uint8Array> {
  /** The detector. */
  readonly detector: AnyDetector<View>;
  /** The facts that its rules test. */
  readonly needs: ReadonlySet<string>;
  /** As {@linkcode DetectState.isTested}. */
  readonly isTested?: DetectState["isTested"];
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

/**
 * Most datagrams of a flow that are held until it is identified; the outcome is
 * then what it would be if none followed.
 */
export const MAX_HELD_DATAGRAMS = 8;
/** As {@linkcode MAX_HELD_DATAGRAMS}, in bytes: 16 KiB. */
export const MAX_HELD_BYTES: number = 16 * 1024;

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
  /** Those that the first byte leaves; what follows is told of them, in order. */
  #places: Places | undefined;
  #verdicts: (Verdict | undefined)[] = [];
  /** Length of the view at each one's last verdict. */
  #seen: number[] = [];
  /** How many candidates were asked, or are out by the first byte. */
  #reached = 0;
  /** One for all questions, so that a `no` allocates nothing. */
  readonly #state: Writable<DetectState> = {
    ended: false,
    needs: NO_NEEDS,
    isTested: undefined,
    seen: 0,
    progress: undefined,
  };

  /**
   * Makes an identifier for one connection.
   *
   * @param candidates Must not change; best the same array for many connections.
   */
  constructor(candidates: readonly Candidate<View>[]) {
    this.#candidates = candidates;
  }

  /** The last verdict of each candidate; `undefined`: was not asked. */
  get verdicts(): readonly (Verdict | undefined)[] {
    const all = this.#candidates.map((_, index) =>
      index < this.#reached ? NO : undefined
    ) as (Verdict | undefined)[];
    this.#places?.forEach((place, at) => all[place] = this.#verdicts[at]);
    return all;
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
    const places = this.#places ??= this.#begin(view);
    for (let at = 0; at < places.length; at++) {
      const index = places[at]!;
      const verdict = this.#ask(at, view, ended);
      if (verdict.kind === "match") {
        this.#reached = Math.max(this.#reached, index);
        if (atLeast === Infinity) {
          return { kind: "identified", index, facts: verdict.facts };
        }
        return undecided(atLeast, reply);
      }
      if (verdict.kind === "more" && !ended) {
        const isFirst = atLeast === Infinity;
        // What was said of fewer bytes is no reply to these.
        if (isFirst && this.#seen[at] === view.length) reply = verdict.reply;
        atLeast = Math.min(atLeast, Math.max(verdict.atLeast, view.length + 1));
      }
    }
    this.#reached = this.#candidates.length;
    return atLeast === Infinity ? UNIDENTIFIED : undecided(atLeast, reply);
  }

  /** Finds out who is asked at all. */
  #begin(view: View): Places {
    const places = placesLeft(this.#candidates, view);
    this.#verdicts = new Array(places.length);
    this.#seen = new Array(places.length).fill(0);
    return places;
  }

  /** Asks the candidate that is in one of the places left. */
  #ask(at: number, view: View, ended: boolean): Verdict {
    const last = this.#verdicts[at];
    if (last !== undefined) {
      if (last.kind !== "more") return last;
      if (view.length < last.atLeast && !ended) return last;
    }
    const { detector, needs, isTested } = this.#candidates[this.#places![at]!]!;
    const state = this.#state;
    state.ended = ended;
    state.needs = needs;
    state.isTested = isTested;
    state.seen = this.#seen[at]!;
    state.progress = last?.progress;
    this.#seen[at] = view.length;
    return this.#verdicts[at] = detector.detect(view, state);
  }
}

function undecided(atLeast: number, reply?: Reply): Identification {
  return reply === undefined
    ? { kind: "undecided", atLeast }
    : { kind: "undecided", atLeast, reply };
}
