/**
 * Counters, histograms and gauges of one data plane. Whoever counts looks a
 * series up once and holds on to it; to count is to add to a number.
 *
 * @module
 */
import type { Counts, SeriesName } from "./counts.ts";
import { type MetricId, metricOf } from "./metrics.ts";

/** A number that only grows. */
export class Counter {
  readonly #name: SeriesName;
  readonly #changed: Counter[];
  #value = 0;

  /** Made by {@linkcode CountStore}. */
  constructor(name: SeriesName, changed: Counter[]) {
    this.#name = name;
    this.#changed = changed;
  }

  /** @param by What is not above 0 is passed over. */
  add(by = 1): void {
    if (!(by > 0)) return;
    if (this.#value === 0) this.#changed.push(this);
    this.#value += by;
  }

  /** What was added since the last time. */
  take(): Counts["counters"][number] {
    const by = this.#value;
    this.#value = 0;
    return { ...this.#name, by };
  }
}

/** How often values were in which bucket. */
export class Histogram {
  readonly #name: SeriesName;
  readonly #changed: Histogram[];
  readonly #bounds: readonly number[];
  #buckets: Float64Array;
  #sum = 0;
  #isChanged = false;

  /** Made by {@linkcode CountStore}. */
  constructor(name: SeriesName, changed: Histogram[]) {
    this.#name = name;
    this.#changed = changed;
    this.#bounds = metricOf(name.metric).bounds ?? [];
    this.#buckets = new Float64Array(this.#bounds.length + 1);
  }

  /** Counts a value, in the unit of the metric. */
  observe(value: number): void {
    if (!this.#isChanged) this.#changed.push(this);
    this.#isChanged = true;
    let at = 0;
    while (at < this.#bounds.length && value > this.#bounds[at]!) at++;
    this.#buckets[at]! += 1;
    this.#sum += value;
  }

  /** What was observed since the last time. */
  take(): Counts["histograms"][number] {
    const [buckets, sum] = [this.#buckets, this.#sum];
    this.#buckets = new Float64Array(buckets.length);
    this.#sum = 0;
    this.#isChanged = false;
    return { ...this.#name, buckets, sum };
  }
}

/** A number that is found out when it is asked for. */
export class Gauge {
  readonly name: SeriesName;
  /** What it is now. */
  value = 0;
  /** What it was when it was last taken. */
  taken = 0;

  /** Made by {@linkcode CountStore}. */
  constructor(name: SeriesName) {
    this.name = name;
  }
}

/** All series of a data plane; those that nothing was counted in are not there. */
export class CountStore {
  readonly #counters: Counter[] = [];
  readonly #histograms: Histogram[] = [];
  #gauges: Gauge[] = [];

  /** A new counter. One a series: they are not looked up. */
  counter(metric: MetricId, ...labels: readonly string[]): Counter {
    return new Counter({ metric, labels }, this.#counters);
  }

  /** A new histogram, as {@linkcode CountStore.counter}. */
  histogram(metric: MetricId, ...labels: readonly string[]): Histogram {
    return new Histogram({ metric, labels }, this.#histograms);
  }

  /** A new gauge, as {@linkcode CountStore.counter}. */
  gauge(metric: MetricId, ...labels: readonly string[]): Gauge {
    const gauge = new Gauge({ metric, labels });
    this.#gauges.push(gauge);
    return gauge;
  }

  /** Sets all gauges to 0, to be counted anew. */
  clearGauges(): void {
    for (const gauge of this.#gauges) gauge.value = 0;
  }

  /** Forgets gauges that nobody will set any more; they must be at 0. */
  forget(gauges: ReadonlySet<Gauge>): void {
    this.#gauges = this.#gauges.filter((gauge) => !gauges.has(gauge));
  }

  /** What has changed since the last time. */
  take(): Counts {
    const gauges = this.#gauges.filter(({ value, taken }) => value !== taken);
    return {
      counters: this.#counters.splice(0).map((counter) => counter.take()),
      histograms: this.#histograms.splice(0).map((one) => one.take()),
      gauges: gauges.map((gauge) => {
        gauge.taken = gauge.value;
        return { ...gauge.name, value: gauge.value };
      }),
    };
  }
}
