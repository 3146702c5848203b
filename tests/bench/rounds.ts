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

/** Whom and what to measure. */
export interface RoundsOptions<T> {
  /** What is going on, for whoever waits. */
  readonly label: string;
  readonly among: readonly T[];
  /**
   * Measures one of them.
   *
   * @param seconds How long its loads are to be.
   */
  readonly measure: (one: T, seconds: number) => Promise<Values>;
  /** Whether a shorter round comes first whose values do not count. */
  readonly warmUp?: boolean;
  /** How many rounds count. Default: those of the settings. */
  readonly rounds?: number;
}

/** Runs the rounds. Each begins with another program than the one before it. */
export async function inRounds<T extends { readonly name: string }>(
  { settings, progress }: Bench,
  { label, among, measure, warmUp = false, ...options }: RoundsOptions<T>,
): Promise<Measured> {
  const count = options.rounds ?? settings.rounds;
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
    for (const one of rotated(among, round)) {
      const values = await measure(one, seconds).catch((error: Error) => {
        notes.add(`${one.name}: ${label}: ${error.message}`);
        return null;
      });
      if (round > 0) rounds.get(one.name)!.push(values);
    }
  }
  return { rounds, notes: [...notes] };
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

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const start = by % Math.max(list.length, 1);
  return [...list.slice(start), ...list.slice(0, start)];
}
