/**
 * Rules of one protocol, in the order in which the other program tries them.
 *
 * @module
 */
import { type Condition, opposite } from "../../rule/condition.ts";
import type { Prover } from "../../rule/implication.ts";
import type { Origin } from "../origin.ts";
import { Placed } from "./placed.ts";
import { compareKeys, specificity } from "../../rule/rank.ts";

/** What is done, and where that is said. */
export interface Outcome<Action> {
  /** Compared by identity. */
  readonly action: Action;
  /** The place in the original. */
  readonly origin: Origin;
}

/** A rule: all conditions hold, so this is done. */
export interface OrderedEntry<Action> extends Outcome<Action> {
  readonly conditions: readonly Condition[];
}

/** Rules that passthru tries as the other program does. */
export interface Ordered<Entry> {
  readonly entries: readonly Entry[];
  /** Those for whose order no conditions could be found: they are left out. */
  readonly unresolved: readonly Entry[];
  /** Those that never decide, and the one before them; `null`: it is several. */
  readonly covered: ReadonlyMap<Entry, Entry | null>;
}

/** Most rules that one may become. */
const MAX_PIECES = 64;
/** Most pairs of conditions that are compared, of one protocol: some seconds. */
const MAX_COMPARED = 20_000_000;

/**
 * Makes rules of which the first that fits wins into rules of which the most
 * specific one wins: where passthru would try a later rule first, and both fit
 * some connection, the later one gets conditions that exclude the earlier one.
 *
 * What an earlier rule covers whole is left out.
 */
export function inOrder<Action>(
  entries: readonly OrderedEntry<Action>[],
  prover: Prover,
): Ordered<OrderedEntry<Action>> {
  const placed = new Placed<OrderedEntry<Action>>();
  const whole = new Placed<OrderedEntry<Action>>();
  const unresolved: OrderedEntry<Action>[] = [];
  const covered = new Map<OrderedEntry<Action>, OrderedEntry<Action> | null>();
  const budget = { left: MAX_COMPARED };
  for (const entry of entries) {
    const pieces = behind(entry, placed.near(entry), { prover, budget });
    if (pieces === null) unresolved.push(entry);
    else if (pieces.length === 0) {
      const by = whole.near(entry)
        .find((one) => missing(entry, one, prover).length === 0);
      covered.set(entry, by ?? null);
    } else {
      whole.add(entry);
      for (const piece of pieces) placed.add(piece);
    }
  }
  return { entries: placed.all, unresolved, covered };
}

/**
 * Conditions without those that follow from others.
 *
 * @returns `null`: they exclude each other.
 */
export function simplified(
  conditions: readonly Condition[],
  prover: Prover,
): Condition[] | null {
  const kept: Condition[] = [];
  for (const condition of conditions) {
    if (kept.some((other) => prover.excludes(other, condition))) return null;
    if (kept.some((other) => prover.implies(other, condition))) continue;
    const rest = kept.filter((other) => !prover.implies(condition, other));
    kept.splice(0, kept.length, ...rest, condition);
  }
  return kept;
}

/** What is left of a rule behind others; `null`: too much to find out or write. */
function behind<Action>(
  entry: OrderedEntry<Action>,
  earlier: readonly OrderedEntry<Action>[],
  { prover, budget }: {
    readonly prover: Prover;
    /** How many pairs of conditions may still be compared. */
    readonly budget: { left: number };
  },
): readonly OrderedEntry<Action>[] | null {
  let pieces: readonly OrderedEntry<Action>[] = [entry];
  for (let changed = true; changed;) {
    changed = false;
    // Each split makes a piece narrower, which another one may be before now.
    for (const other of earlier) {
      for (const { conditions } of pieces) {
        budget.left -= conditions.length * other.conditions.length;
      }
      if (budget.left < 0) return null;
      const next = pieces.flatMap((piece) => without(piece, other, prover));
      if (next.length > MAX_PIECES) return null;
      if (
        next.length !== pieces.length || next.some((p, i) => p !== pieces[i])
      ) {
        changed = true;
        pieces = next;
      }
    }
  }
  return pieces;
}

/** What is left of a rule when another one is to be tried before it. */
function without<Action>(
  piece: OrderedEntry<Action>,
  before: OrderedEntry<Action>,
  prover: Prover,
): readonly OrderedEntry<Action>[] {
  const wanted = missing(piece, before, prover);
  if (wanted.length === 0) return [];
  if (before.action === piece.action || isDisjoint(piece, before, prover)) {
    return [piece];
  }
  const order = compareKeys(
    specificity(before.conditions),
    specificity(piece.conditions),
  );
  if (order <= 0) return [piece];
  return wanted.flatMap((condition) => {
    const conditions = simplified(
      [...piece.conditions, opposite(condition)],
      prover,
    );
    return conditions === null ? [] : [{ ...piece, conditions }];
  });
}

/** The conditions of another rule that do not follow from those of a rule. */
function missing(
  { conditions }: OrderedEntry<unknown>,
  other: OrderedEntry<unknown>,
  prover: Prover,
): Condition[] {
  return other.conditions.filter((wanted) =>
    !conditions.some((condition) => prover.implies(condition, wanted))
  );
}

function isDisjoint(
  one: OrderedEntry<unknown>,
  other: OrderedEntry<unknown>,
  prover: Prover,
): boolean {
  return one.conditions.some((condition) =>
    other.conditions.some((its) => prover.excludes(condition, its))
  );
}
