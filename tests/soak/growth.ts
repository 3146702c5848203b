/**
 * Whether a figure grows: a straight line through its samples.
 *
 * @module
 */

/** A figure at a time. */
export interface Sample {
  /** Seconds since the start. */
  readonly at: number;
  readonly value: number;
}

/** Spans of time in each of which the lowest sample counts, at most. */
const MOST_SPANS = 24;
/** The shortest span in seconds: the faults come round within it. */
const SHORTEST_SPAN = 30;

/**
 * How much a figure rises from the first sample to the last, by the line of least
 * squares through the lowest sample of each of at most 24 equal spans of time: what
 * is taken for a moment and given back does not count. 0 with fewer than three
 * spans that have a sample.
 */
export function growth(samples: readonly Sample[]): number {
  const lowest = lowestOfEachSpan(samples);
  if (lowest.length < 3) return 0;
  const meanAt = mean(lowest.map(({ at }) => at));
  const meanValue = mean(lowest.map(({ value }) => value));
  let covariance = 0;
  let variance = 0;
  for (const { at, value } of lowest) {
    covariance += (at - meanAt) * (value - meanValue);
    variance += (at - meanAt) ** 2;
  }
  return covariance / variance * (lowest.at(-1)!.at - lowest[0]!.at);
}

function lowestOfEachSpan(samples: readonly Sample[]): Sample[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return [];
  const time = last.at - first.at;
  const spans = Math.max(
    1,
    Math.min(MOST_SPANS, Math.floor(time / SHORTEST_SPAN)),
  );
  const lowest = new Map<number, Sample>();
  for (const sample of samples) {
    const nth = Math.min(
      spans - 1,
      Math.floor((sample.at - first.at) / time * spans),
    );
    const other = lowest.get(nth);
    if (other === undefined || sample.value < other.value) {
      lowest.set(nth, sample);
    }
  }
  return [...lowest.values()];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
