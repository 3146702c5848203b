/** Rounds: each program once, then each again, so that all meet the same noise. */
import type { Bench } from "./context.ts";

/** Length of the load that comes before the first round, in seconds. */
const WARM_UP_SECONDS = 1;

/** The figures of one program in one round, by key. */
export type Values = Readonly<Record<string, number>>;

/** What rounds came to. */
export interface Measured {
  /** By program: the values of each round, `null` where it failed. */
  readonly rounds: ReadonlyMap<string, readonly (Values | null)[]>;
  /** What went wrong, each thing once. */
  readonly notes: readonly string[];
  /** Values over a run, by program, where there is more to keep than figures. */
  readonly series?: Readonly<Record<string, unknown>>;
}

/**
 * Measures one program.
 *
 * @param seconds How long the load is to be.
 */
export type Load<T> = (one: T, seconds: number) => Promise<Values>;

/** Whom and what to measure. */
export interface RoundsOptions<T> {
  /** What is going on, for progress messages. */
  readonly label: string;
  readonly among: readonly T[];
  /**
   * What to measure. In each round all programs have the first of them, then all
   * have the second, so that what is compared is close in time.
   */
  readonly loads: readonly Load<T>[];
  /** Whether a shorter round comes first whose values do not count. */
  readonly warmUp?: boolean;
  /** How many rounds count. Default: those of the settings. */
  readonly rounds?: number;
  /** How many programs are measured at the same time. Default: 1. */
  readonly atATime?: number;
}

/** Runs the rounds, each in an order of its own: see {@linkcode ordersOf}. */
export async function inRounds<T extends { readonly name: string }>(
  { settings, progress }: Bench,
  { label, among, loads, warmUp = false, ...options }: RoundsOptions<T>,
): Promise<Measured> {
  const { rounds: count = settings.rounds, atATime = 1 } = options;
  const planned = loads.map((load, nth) => ({
    load,
    order: ordersOf(among, settings.seed + nth),
  }));
  const rounds = new Map(
    among.map(({ name }) => [name, [] as (Values | null)[]]),
  );
  const notes = new Set<string>();
  const first = warmUp && !settings.quick ? 0 : 1;
  for (let round = first; round <= count; round++) {
    progress(
      `${label}: ${round === 0 ? "warm-up" : `round ${round}/${count}`}`,
    );
    const seconds = round === 0 ? WARM_UP_SECONDS : settings.seconds;
    const values = new Map<string, Values>();
    for (const { load, order } of planned) {
      for (const group of groups(order(), atATime)) {
        await Promise.all(group.map(async (one) => {
          try {
            const more = await load(one, seconds);
            values.set(one.name, { ...values.get(one.name), ...more });
          } catch (error) {
            notes.add(`${one.name}: ${label}: ${(error as Error).message}`);
          }
        }));
      }
    }
    if (round === 0) continue;
    for (const [name, list] of rounds) list.push(values.get(name) ?? null);
  }
  return { rounds, notes: [...notes] };
}

/**
 * Orders in which to measure: a random one, then the same in reverse, then the
 * next random one. In two rounds each program so comes once before and once
 * after each other one: what drifts through a round favours none of them.
 *
 * @param seed The same seed gives the same orders.
 */
export function ordersOf<T>(
  among: readonly T[],
  seed: number,
): () => readonly T[] {
  const random = randomNumbers(seed);
  let order: readonly T[] = [];
  let reversed = true;
  return () => {
    reversed = !reversed;
    order = reversed ? order.toReversed() : shuffled(among, random);
    return order;
  };
}

/** A random permutation (Fisher and Yates). */
function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  const result = [...list];
  for (let left = result.length; left > 1; left--) {
    const at = Math.floor(random() * left);
    [result[at], result[left - 1]] = [result[left - 1]!, result[at]!];
  }
  return result;
}

/** Numbers from 0 to below 1 (xorshift), the same for the same seed. */
function randomNumbers(seed: number): () => number {
  // Seeds that are close to each other begin far apart: 2^32 by the golden ratio.
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function groups<T>(
  list: readonly T[],
  size: number,
): readonly (readonly T[])[] {
  return Array.from(
    { length: Math.ceil(list.length / size) },
    (_, index) => list.slice(index * size, (index + 1) * size),
  );
}

/** Puts together the figures of parts that were measured one after the other. */
export function merged(parts: readonly Measured[]): Measured {
  const rounds = new Map<string, (Values | null)[]>();
  for (const part of parts) {
    for (const [name, values] of part.rounds) {
      const before = rounds.get(name) ?? [];
      rounds.set(
        name,
        values.map((value, index) => ({ ...before[index], ...value })),
      );
    }
  }
  return { rounds, notes: parts.flatMap(({ notes }) => notes) };
}
