/** All figures of a bench, with what they come from. */
import {
  type Figure,
  type Measure,
  meets,
  type Target,
  targetText,
} from "./figures.ts";
import type { Machine } from "./machine.ts";
import { isPassthru, PASSTHRU_NAME } from "./peers/passthru.ts";
import type { Measured } from "./rounds.ts";
import type { Settings } from "./settings.ts";
import { ratios, type Rounds, summarise, type Summary } from "./statistics.ts";

/** Some rounds, and what they come to. */
export interface Series extends Summary {
  readonly rounds: Rounds;
}

/** A figure of all programs. */
export interface FigureReport {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "more" | "less";
  readonly programs: Readonly<Record<string, Series>>;
  /** passthru divided by each peer, round by round. */
  readonly ratios: Readonly<Record<string, Series>>;
  /** The peer with the best median; `null` when no peer has one. */
  readonly best: string | null;
  /** What was wanted, and whether it is so; `null` when that is unknown. */
  readonly target?: {
    readonly of: Target["of"];
    readonly wanted: string;
    readonly met: boolean | null;
  };
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
  const { key, title, unit, better, target } = figure;
  const programs = seriesOf([...measured].map(([name, rounds]) => [
    name,
    rounds.map((values) => values?.[key] ?? null),
  ]));
  const ours = programs[PASSTHRU_NAME];
  const peers = Object.entries(programs).filter(([name]) =>
    !isPassthru({ name }) && name !== "direct"
  );
  const over = ours === undefined ? {} : seriesOf(peers.map((
    [name, { rounds }],
  ) => [name, ratios(ours.rounds, rounds)]));
  const best = bestOf(peers, better);
  const value = target?.of === "value"
    ? ours?.median
    : over[best ?? ""]?.median;
  return {
    ...{ key, title, unit, better, programs, ratios: over, best },
    ...target === undefined ? {} : {
      target: {
        of: target.of,
        wanted: targetText(target),
        met: value === undefined ? null : meets(target, value),
      },
    },
  };
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
  peers: readonly (readonly [string, Summary])[],
  better: Figure["better"],
): string | null {
  const sign = better === "more" ? -1 : 1;
  const sorted = peers.toSorted(([, a], [, b]) => sign * (a.median - b.median));
  return sorted[0]?.[0] ?? null;
}
