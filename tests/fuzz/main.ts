/**
 * The fuzzer: random inputs, for every detector and parser that reads
 * what others send, kept where they take a new way and changed from there.
 *
 *     deno task fuzz --minutes 10
 *     deno task fuzz --only tcp --input 474554
 *
 * @module
 */
import { numberOf, refuseTask, taskOptions } from "../support/task_options.ts";
import { type Finding, findingText, Fuzzer } from "./fuzzer.ts";
import { type Input, parseInput } from "./input.ts";
import { MemoryWatch } from "./memory.ts";
import { Path } from "./target.ts";
import { fuzzTargets, TARGET_NAMES } from "./targets.ts";

/** Inputs between two looks at the clock. */
const BATCH = 200;
const REPORT_MS = 60_000;
/** How much of the time goes to inputs that are much longer. */
const STRETCH_SHARE = 0.15;

interface FuzzOptions {
  readonly minutes: number;
  readonly seed: number;
  /** The targets; absent: all. */
  readonly only: readonly string[] | undefined;
}

async function fuzz({ minutes, seed, only }: FuzzOptions): Promise<boolean> {
  print(`Seed ${seed}`);
  const { targets, absent } = await fuzzTargets(only);
  for (const what of absent) print(`Skipped: ${what}`);
  if (targets.length === 0) return false;
  const fuzzers = targets.map((target, index) =>
    new Fuzzer(target, { seed: seed + index, stretchShare: STRETCH_SHARE })
  );
  const memory = new MemoryWatch();
  const began = performance.now();
  const end = began + minutes * 60_000;
  let report = began + REPORT_MS;
  const seen = new Set<Finding>();
  while (performance.now() < end) {
    await round(fuzzers, end);
    memory.look(fuzzers.reduce((sum, { keptBytes }) => sum + keptBytes, 0));
    for (
      const finding of fuzzers.flatMap((each) => [...each.findings.values()])
    ) {
      if (!seen.has(finding)) print(`FOUND ${findingText(finding)}\n`);
      seen.add(finding);
    }
    if (performance.now() < report) continue;
    report += REPORT_MS;
    summarise(fuzzers, memory);
  }
  for (const { target } of fuzzers) await target.close?.();
  summarise(fuzzers, memory);
  const count = fuzzers.reduce((sum, { findings }) => sum + findings.size, 0);
  if (memory.problem !== null) print(`FAILED ${memory.problem}`);
  return count === 0 && memory.problem === null;
}

/** Gives each target its part of a second; the seeds are tried in whole. */
async function round(fuzzers: readonly Fuzzer[], end: number): Promise<void> {
  const weights = fuzzers.reduce((sum, { target }) => sum + target.weight, 0);
  for (const fuzzer of fuzzers) {
    const part = 1_000 * fuzzer.target.weight / weights;
    const until = Math.min(end, performance.now() + part);
    do await fuzzer.run(BATCH); while (
      performance.now() < until || !fuzzer.isSeeded
    );
  }
}

function summarise(fuzzers: readonly Fuzzer[], memory: MemoryWatch): void {
  const total = fuzzers.reduce((sum, { tried }) => sum + tried, 0);
  print(`${total} inputs; ${memory.summary}`);
  for (const fuzzer of fuzzers) {
    print(`  ${fuzzer.summary}`);
    for (const [why, count] of fuzzer.target.explained ?? []) {
      print(`    explained ${count}: ${why}`);
    }
  }
}

/** Tries one input of one target. */
async function again(name: string, given: Input): Promise<boolean> {
  const { targets: [target], absent } = await fuzzTargets([name]);
  if (target === undefined) throw new Error(absent.join());
  try {
    await target.run(given, new Path());
    target.stretch?.(given);
    const differences = await target.flush?.(true) ?? [];
    for (const { what } of differences) print(what);
    return differences.length === 0;
  } catch (error) {
    print(error instanceof Error ? error.stack ?? error.message : `${error}`);
    return false;
  } finally {
    await target.close?.();
  }
}

/** The target of an input. */
function oneOf(only: readonly string[] = []): string {
  const [name, another] = only;
  if (name !== undefined && another === undefined) return name;
  refuseTask('"--input" needs "--only" with one target');
}

function inputOf(text: string): Input {
  try {
    return parseInput(text);
  } catch {
    refuseTask(`Invalid value of "--input": found "${text}", expected hex`);
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) {
  const read = taskOptions({
    task: "fuzz",
    summary:
      "Tries detectors and parsers with random inputs, and prints what fails.",
    options: {
      minutes: { value: "N", help: "how long to try (default 3)" },
      seed: { value: "N", help: "of the inputs (default: by the clock)" },
      only: {
        value: "A,B,...",
        names: TARGET_NAMES,
        help: "targets to try (default: all)",
      },
      input: {
        value: "HEX",
        help: "with --only and one target: try this input, and no other",
      },
    },
  });
  const only = read.values.get("only")?.split(",");
  const input = read.values.get("input");
  const good = input === undefined
    ? await fuzz({
      minutes: numberOf(read, "minutes", 3),
      seed: numberOf(read, "seed", 1 + Date.now() % 2 ** 31),
      only,
    })
    : await again(oneOf(only), inputOf(input));
  print(good ? "1 passed, 0 failed" : "0 passed, 1 failed");
  Deno.exit(good ? 0 : 1);
}
