/** Medians, spreads and ratios of a few rounds. */

/** What several rounds came to. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A value of each round; `null` where there is none. */
export type Rounds = readonly (number | null)[];

/** Summarises the rounds that have a value; `null` when none has. */
export function summarise(rounds: Rounds): Summary | null {
  const sorted = rounds.filter((value) => value !== null)
    .toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[half]!
    : (sorted[half - 1]! + sorted[half]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
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
