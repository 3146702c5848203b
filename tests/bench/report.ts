/** All figures of a bench, with what they come from. */
import {
  type Figure,
  type Measure,
  meets,
  type Target,
  targetText,
} from "./figures.ts";
import type { Machine } from "./machine.ts";
import { BASELINE_NAME, isPassthru, PASSTHRU_NAME } from "./peers/passthru.ts";
import type { Measured } from "./rounds.ts";
import type { Settings } from "./settings.ts";
import {
  type Interval,
  medianInterval,
  ratios,
  type Rounds,
  summarise,
  type Summary,
} from "./statistics.ts";

/** Some rounds, and what they come to. */
export interface Series extends Summary {
  readonly rounds: Rounds;
}

/** The ratios of rounds, and where their median lies. */
export interface RatioSeries extends Series {
  /** `null` when there are too few rounds. */
  readonly interval: Interval | null;
}

/** A target, and what came of it. */
export interface TargetReport {
  readonly of: Target["of"];
  readonly wanted: string;
  /** Whether the median is as wanted; `null` when there is none. */
  readonly met: boolean | null;
  /** Whether that is so of the whole interval, where there is one. */
  readonly certain: boolean;
}

/** A figure of all programs. */
export interface FigureReport {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "more" | "less";
  readonly programs: Readonly<Record<string, Series>>;
  /** passthru divided by each peer and by the other checkout, round by round. */
  readonly ratios: Readonly<Record<string, RatioSeries>>;
  /** The peer with the best median; `null` when no peer has one. */
  readonly best: string | null;
  readonly targets: readonly TargetReport[];
}

/** A measure that was made. */
export interface MeasureReport {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly FigureReport[];
  readonly notes: readonly string[];
  readonly series?: Readonly<Record<string, unknown>>;
}

/** A whole bench. */
export interface BenchReport {
  readonly machine: Machine;
  readonly settings: Settings;
  /** What was left out, and why. */
  readonly leftOut: readonly string[];
  readonly measures: readonly MeasureReport[];
}

/** Sums up what a measure came to. */
export function measureReport(
  { name, title }: Pick<Measure, "name" | "title">,
  figures: readonly Figure[],
  { rounds, notes, series }: Measured,
): MeasureReport {
  return {
    name,
    title,
    figures: figures.map((figure) => figureReport(figure, rounds)),
    notes,
    ...series === undefined ? {} : { series },
  };
}

function figureReport(
  figure: Figure,
  measured: Measured["rounds"],
): FigureReport {
  const { key, title, unit, better, targets = [] } = figure;
  const programs = seriesOf([...measured].map(([name, rounds]) => [
    name,
    rounds.map((values) => values?.[key] ?? null),
  ]));
  const ratios = ratiosOf(programs);
  const best = bestOf(programs, better);
  return {
    ...{ key, title, unit, better, programs, ratios, best },
    targets: targets.map((target) => {
      const judged = {
        value: programs[PASSTHRU_NAME],
        best: ratios[best ?? ""],
        baseline: ratios[BASELINE_NAME],
      }[target.of];
      return targetReport(target, judged);
    }),
  };
}

/** What passthru is to all others but the direct way. */
function ratiosOf(
  programs: Readonly<Record<string, Series>>,
): Record<string, RatioSeries> {
  const ours = programs[PASSTHRU_NAME];
  if (ours === undefined) return {};
  const others = Object.entries(programs).filter(([name]) =>
    name !== PASSTHRU_NAME && name !== "direct"
  );
  const series = seriesOf(
    others.map(([name, { rounds }]) => [name, ratios(ours.rounds, rounds)]),
  );
  return Object.fromEntries(
    Object.entries(series).map(([name, one]) => [
      name,
      { ...one, interval: medianInterval(one.rounds) },
    ]),
  );
}

function targetReport(
  target: Target,
  judged: Series | RatioSeries | undefined,
): TargetReport {
  const { of } = target;
  const wanted = targetText(target);
  if (judged === undefined) return { of, wanted, met: null, certain: false };
  const met = meets(target, judged.median);
  const interval = "interval" in judged
    ? judged.interval
    : medianInterval(judged.rounds);
  const certain = interval !== null &&
    meets(target, interval.low) === met &&
    meets(target, interval.high) === met;
  return { of, wanted, met, certain };
}

/** Those rounds that have values at all. */
function seriesOf(
  all: readonly (readonly [string, Rounds])[],
): Record<string, Series> {
  return Object.fromEntries(all.flatMap(([name, rounds]) => {
    const summary = summarise(rounds);
    return summary === null ? [] : [[name, { ...summary, rounds }]];
  }));
}

function bestOf(
  programs: Readonly<Record<string, Summary>>,
  better: Figure["better"],
): string | null {
  const sign = better === "more" ? -1 : 1;
  const sorted = Object.entries(programs)
    .filter(([name]) => !isPassthru({ name }) && name !== "direct")
    .toSorted(([, a], [, b]) => sign * (a.median - b.median));
  return sorted[0]?.[0] ?? null;
}
