/**
 * What all data planes of a process have counted, those that are gone included.
 *
 * Counters never go backwards. What a data plane has counted and not sent yet is
 * lost when it crashes: at most a second. That its connections are gone is seen
 * at once.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { CountedNames } from "./counted_names.ts";
import type { Counts } from "./counts.ts";
import { expectedSeries, subjectKey } from "./expected_series.ts";
import { type MetricId, metricOf, METRICS } from "./metrics.ts";
import { type ProcessFacts, processFamilies } from "./process_facts.ts";
import { type Family, prometheusText } from "./prometheus_text.ts";
import { type Series, SeriesTable } from "./series_table.ts";
import { type ProcessTraffic, trafficOf } from "./traffic.ts";

/** How long a series that nobody has any more waits to be read, in ms. */
const GONE_KEPT_MS = 600_000;

const GAUGES = (Object.keys(METRICS) as MetricId[])
  .filter((id) => metricOf(id).type === "gauge");

/** Takes what one data plane has counted. */
export interface CountSink {
  add(counts: Counts): void;
  /** The data plane is gone, and with it all that it had open. */
  retire(): void;
}

/** Adds up what data planes have counted. */
export class ProcessCounts {
  readonly #table = new SeriesTable();
  /** What gauges are, by the data plane. */
  readonly #gauges = new Map<number, Map<Series, number>>();
  /** What is served, by who serves it. */
  readonly #expected = new Map<object, ReadonlySet<string>>();
  readonly #closed = new Map<string, number>();
  #connections = 0;
  #bytesUp = 0;
  #bytesDown = 0;
  #logLinesDropped = 0;
  #lastSource = 0;
  readonly #now: () => number;

  /** @param now The time in milliseconds. Default: `Date.now`. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Log lines that data planes had to drop. */
  get logLinesDropped(): number {
    return this.#logLinesDropped;
  }

  /**
   * Adds what a data plane has counted.
   *
   * @param source Which data plane, a number of its own in this process.
   */
  add(counts: Counts, source = 0): void {
    this.#logLinesDropped += counts.logLinesDropped ?? 0;
    for (const change of counts.counters) {
      this.#table.get(change).value += change.by;
      this.#total(change.metric, change.labels.at(-1)!, change.by);
    }
    for (const change of counts.histograms) {
      const series = this.#table.get(change);
      change.buckets.forEach((by, at) => series.buckets[at]! += by);
      series.sum += change.sum;
    }
    const own = this.#gauges.get(source) ?? new Map<Series, number>();
    this.#gauges.set(source, own);
    for (const change of counts.gauges) {
      const series = this.#table.get(change);
      series.value += change.value - (own.get(series) ?? 0);
      if (change.value === 0) own.delete(series);
      else own.set(series, change.value);
    }
  }

  /** For a data plane of its own. */
  sink(): CountSink {
    const source = ++this.#lastSource;
    let isRetired = false;
    return {
      // What comes late still counts, but is not open any more.
      add: (counts) =>
        this.add(isRetired ? { ...counts, gauges: [] } : counts, source),
      retire: () => {
        isRetired = true;
        this.retire(source);
      },
    };
  }

  /** A data plane is gone, and with it all that it had open. */
  retire(source: number): void {
    for (const [series, value] of this.#gauges.get(source) ?? []) {
      series.value -= value;
    }
    this.#gauges.delete(source);
  }

  /**
   * Has the series of a config there from now on, at zero to begin with.
   *
   * @param owner Who serves it; its config from before is replaced.
   */
  expect(owner: object, names: CountedNames): void {
    const series = expectedSeries(names);
    this.#expected.set(owner, new Set(series.map(subjectKey)));
    this.#table.arrange(series);
    this.#markGone();
    const before = this.#now() - GONE_KEPT_MS;
    this.#table.filter(({ goneAt }) => goneAt === null || goneAt > before);
  }

  /** A config is not served any more: its series go once they were read. */
  forget(owner: object): void {
    this.#expected.delete(owner);
    this.#markGone();
  }

  /** The numbers of the admin API's state. */
  traffic(): ProcessTraffic {
    this.#markGone();
    let active = 0;
    for (const { value } of this.#table.of("active")) active += value;
    return {
      total: {
        active,
        connections: this.#connections,
        bytes_up: this.#bytesUp,
        bytes_down: this.#bytesDown,
      },
      ...trafficOf(this.#table),
      closed: Object.fromEntries(this.#closed) as Partial<
        Record<CloseReason, number>
      >,
    };
  }

  /**
   * The metrics of connections, without those of the admin API alone.
   *
   * @param sinceMs Series that were gone before are left out, in ms since the
   * epoch.
   */
  families(sinceMs: number): Family[] {
    this.#markGone();
    const isWanted = ({ goneAt }: Series) => (goneAt ?? Infinity) >= sinceMs;
    return (Object.keys(METRICS) as MetricId[])
      .filter((id) => !metricOf(id).internal)
      .map((id) => ({
        metric: metricOf(id),
        series: [...this.#table.of(id)].filter(isWanted),
      }));
  }

  /**
   * All metrics, for Prometheus. A series whose subject is gone is in it once
   * more, and then no longer.
   */
  prometheusText(process: ProcessFacts): string {
    const text = prometheusText([
      ...processFamilies(process),
      ...this.families(-Infinity),
    ]);
    this.#table.filter(({ goneAt }) => goneAt === null);
    return text;
  }

  #total(metric: MetricId, last: string, by: number): void {
    if (metric === "accepted") this.#connections += by;
    else if (metric === "closed") {
      this.#closed.set(last, (this.#closed.get(last) ?? 0) + by);
    } else if (metric === "relayedBytes") {
      if (last === "up") this.#bytesUp += by;
      else this.#bytesDown += by;
    }
  }

  /** Marks what no config has and nothing is open of. */
  #markGone(): void {
    const active = new Set<string>();
    for (const metric of GAUGES) {
      for (const { subject, value } of this.#table.of(metric)) {
        if (value !== 0) active.add(subject);
      }
    }
    const sets = [...this.#expected.values()];
    this.#table.filter((series) => {
      const { subject } = series;
      const isUsed = sets.some((expected) => expected.has(subject)) ||
        subject.split("\0").every((part) => active.has(part));
      series.goneAt = isUsed ? null : series.goneAt ?? this.#now();
      return true;
    });
  }
}
