/** Medians, spreads, ratios and their confidence, of a few rounds. */

/** What several rounds came to. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Where the median of what is measured lies, with a given confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Share of such intervals that contain the median: at least 0.95. */
  readonly confidence: number;
}

/** Confidence that an interval must have. */
export const CONFIDENCE = 0.95;

/** A value of each round; `null` where there is none. */
export type Rounds = readonly (number | null)[];

/** Summarises the rounds that have a value; `null` when none has. */
export function summarise(rounds: Rounds): Summary | null {
  const sorted = sortedValues(rounds);
  if (sorted.length === 0) return null;
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[half]!
    : (sorted[half - 1]! + sorted[half]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/**
 * The confidence interval of the median (the one of the sign test): the shortest
 * pair of order statistics, equally far from both ends, with a confidence of at
 * least {@linkcode CONFIDENCE}. It assumes nothing about the distribution, but that
 * the rounds are independent.
 *
 * @returns `null` for fewer than six values: even the least and the greatest of
 * five have a confidence of 0.9375 only.
 */
export function medianInterval(rounds: Rounds): Interval | null {
  const sorted = sortedValues(rounds);
  const count = sorted.length;
  let interval: Interval | null = null;
  // Share of outcomes in which at most `cut` values are below the median, of
  // which each is with a probability of 1/2.
  let share = 0;
  let outcomes = 1;
  for (let cut = 0; 2 * cut < count - 1; cut++) {
    share += outcomes / 2 ** count;
    outcomes *= (count - cut) / (cut + 1);
    const confidence = 1 - 2 * share;
    if (confidence < CONFIDENCE) break;
    interval = {
      low: sorted[cut]!,
      high: sorted[count - 1 - cut]!,
      confidence,
    };
  }
  return interval;
}

function sortedValues(rounds: Rounds): readonly number[] {
  return rounds.filter((value) => value !== null).toSorted((a, b) => a - b);
}

/**
 * The ratio of each round: what disturbed the machine in a round disturbed both
 * of its values. `null` where one is missing, or not above 0: such a difference
 * is lost in the noise and has no ratio.
 */
export function ratios(over: Rounds, under: Rounds): Rounds {
  return over.map((value, round) => {
    const other = under[round] ?? null;
    if (value === null || other === null || value <= 0 || other <= 0) {
      return null;
    }
    return value / other;
  });
}

/**
 * Slope of the straight line through points that fits them best (least squares);
 * 0 for fewer than two.
 */
export function slope(points: readonly (readonly [number, number])[]): number {
  if (points.length < 2) return 0;
  const mean = (axis: 0 | 1) =>
    points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  let above = 0;
  let below = 0;
  for (const point of points) {
    above += (point[0] - x) * (point[1] - y);
    below += (point[0] - x) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
