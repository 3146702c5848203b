/**
 * Series of all metrics with their values, in the order of the config.
 *
 * @module
 */
import type { SeriesName } from "./counts.ts";
import { subjectKey } from "./expected_series.ts";
import { type MetricId, metricOf, METRICS } from "./metrics.ts";

/** A series and what it has come to. */
export interface Series {
  /** Values of the metric's labels. */
  readonly labels: readonly string[];
  /** What it is about. */
  readonly subject: string;
  /** Of a counter or a gauge. */
  value: number;
  /** Of a histogram: values in each bucket, last those above all bounds. */
  readonly buckets: Float64Array;
  /** Of a histogram: the sum of all values. */
  sum: number;
  /** When it was seen that nobody has it any more, in ms; `null`: it is in use. */
  goneAt: number | null;
}

/** Holds the series. */
export class SeriesTable {
  readonly #families = new Map<MetricId, Map<string, Series>>(
    (Object.keys(METRICS) as MetricId[]).map((id) => [id, new Map()]),
  );

  /** A series, at zero when it is new. */
  get(name: SeriesName): Series {
    const family = this.#families.get(name.metric)!;
    const key = name.labels.join("\0");
    const known = family.get(key);
    if (known !== undefined) return known;
    const made = newSeries(name);
    family.set(key, made);
    return made;
  }

  /** The series of a metric. */
  of(metric: MetricId): Iterable<Series> {
    return this.#families.get(metric)!.values();
  }

  /** Puts these first, in their order; those that are new are at zero. */
  arrange(names: readonly SeriesName[]): void {
    const before = new Map(this.#families);
    for (const metric of before.keys()) this.#families.set(metric, new Map());
    for (const name of names) {
      const known = before.get(name.metric)!.get(name.labels.join("\0"));
      this.#families.get(name.metric)!
        .set(name.labels.join("\0"), known ?? newSeries(name));
    }
    for (const [metric, family] of before) {
      const now = this.#families.get(metric)!;
      for (const [key, series] of family) {
        if (!now.has(key)) now.set(key, series);
      }
    }
  }

  /** Drops the series that do not pass. */
  filter(passes: (series: Series) => boolean): void {
    for (const family of this.#families.values()) {
      for (const [key, series] of family) {
        if (!passes(series)) family.delete(key);
      }
    }
  }
}

function newSeries(name: SeriesName): Series {
  const { bounds } = metricOf(name.metric);
  return {
    labels: name.labels,
    subject: subjectKey(name),
    value: 0,
    buckets: new Float64Array(bounds === undefined ? 0 : bounds.length + 1),
    sum: 0,
    goneAt: null,
  };
}
