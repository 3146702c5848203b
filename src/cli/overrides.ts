/**
 * What the command line says about the Plan; it is stronger than the config.
 *
 * @module
 */
import { orList } from "../config/diagnostics.ts";
import { wordMeant } from "../config/other_words.ts";
import type { Plan } from "../config/plan.ts";
import { parseDuration } from "../config/units.ts";
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
} from "../observe/log.ts";
import { UsageError } from "./command.ts";
import { logsToJournal } from "./journal.ts";
import { COLORS } from "./shared_options.ts";

/** What the command line says about the plan. */
export interface Overrides {
  readonly workers: number | undefined;
  readonly detectTimeoutMs: number | undefined;
  readonly drainTimeoutMs: number | undefined;
  readonly level: LogLevel | undefined;
  readonly format: LogFormat | undefined;
  /** Whether text has colours. */
  readonly color: boolean;
  /** Whether the log goes to the journal. */
  readonly journal: boolean;
}

/** A Plan with what the command line says. */
export function applyOverrides(plan: Plan, overrides: Overrides): Plan {
  const { detectTimeoutMs } = overrides;
  return {
    ...plan,
    workers: overrides.workers ?? plan.workers,
    drainTimeoutMs: overrides.drainTimeoutMs ?? plan.drainTimeoutMs,
    log: {
      ...plan.log,
      color: overrides.color,
      journal: overrides.journal,
      level: overrides.level ?? plan.log.level,
      format: overrides.format ?? plan.log.format,
    },
    listeners: plan.listeners.map((listener) => ({
      ...listener,
      detectTimeoutMs: detectTimeoutMs ?? listener.detectTimeoutMs,
    })),
  };
}

/**
 * Reads the options.
 *
 * @throws {UsageError} With all values that are wrong.
 */
export async function parseOverrides(
  values: ReadonlyMap<string, string>,
): Promise<Overrides> {
  const problems: string[] = [];
  const overrides = {
    workers: workersOf(values.get("workers"), problems),
    detectTimeoutMs: durationOf(values, "detect-timeout", 1, problems),
    drainTimeoutMs: durationOf(values, "drain-timeout", 0, problems),
    level: wordOf(values, "log-level", LOG_LEVELS, problems),
    format: wordOf(values, "log-format", LOG_FORMATS, problems),
    color: colorOf(wordOf(values, "color", COLORS, problems)),
    journal: await logsToJournal(),
  };
  if (problems.length > 0) throw new UsageError(problems);
  return overrides;
}

/** `auto`: for a terminal, unless `NO_COLOR` is set. */
function colorOf(word: typeof COLORS[number] = "auto"): boolean {
  return word === "auto"
    ? Deno.stderr.isTerminal() && !Deno.noColor
    : word === "always";
}

function workersOf(
  text: string | undefined,
  problems: string[],
): number | undefined {
  if (text === undefined) return undefined;
  const workers = Number(text);
  if (/^\d+$/.test(text) && workers <= 1024) return workers;
  problems.push(
    `Invalid value of "--workers": found "${text}", expected a whole number from 0 to 1024`,
  );
  return undefined;
}

/**
 * A duration; a bare number is in seconds, as the original has it.
 *
 * @returns Milliseconds; `undefined` when it is not given, or a problem was found.
 */
export function durationOf(
  values: ReadonlyMap<string, string>,
  name: string,
  leastMs: number,
  problems: string[],
): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const ms = parseDuration(/^[\d.]+$/.test(text) ? `${text}s` : text);
  if (ms !== null && ms >= leastMs) return ms;
  problems.push(
    `Invalid value of "--${name}": found "${text}", expected a duration such as "5", "5s" or "750ms"`,
  );
  return undefined;
}

function wordOf<T extends string>(
  values: ReadonlyMap<string, string>,
  name: string,
  words: readonly T[],
  problems: string[],
): T | undefined {
  const text = values.get(name);
  const word = words.find((known) => known === text);
  if (text !== undefined && word === undefined) {
    problems.push(
      `Invalid value of "--${name}": found "${text}", expected ${
        orList(words)
      }${wordMeant(text, words)}`,
    );
  }
  return word;
}
