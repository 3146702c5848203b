/** `deno task bench`: passthru beside its peers, at their own work. */
import {
  type Before,
  describeMachine,
  lookAfter,
  lookBefore,
  versionsOf,
} from "./machine.ts";
import { load, outputText, save, writeReadme } from "./output.ts";
import { parseOptions, USAGE, UsageError } from "./options.ts";
import { Processes } from "./processes.ts";
import {
  type BenchReport,
  type MeasureReport,
  measureReport,
} from "./report.ts";
import type { Measured } from "./rounds.ts";
import { setUp, type SetUpOptions } from "./set_up.ts";
import type { Settings } from "./settings.ts";

/** What is measured would not be worth keeping. */
class NotQuietError extends Error {}

/** Exit codes: the machine is busy; the command line is wrong; a signal ended it. */
const NOT_QUIET_CODE = 1;
const USAGE_CODE = 2;
const SIGNAL_CODE = 130;
/** How often a folder is tried to be removed, and the pause between, in ms. */
const REMOVE_TRIES = 100;
const REMOVE_MS = 20;

if (import.meta.main) {
  try {
    const settings = parseOptions(Deno.args);
    if (settings === null) print(USAGE);
    else if (settings.from === null) await main(settings);
    else await finish(await load(settings.from), settings);
  } catch (error) {
    if (error instanceof NotQuietError) {
      progress(error.message);
      Deno.exit(NOT_QUIET_CODE);
    }
    if (!(error instanceof UsageError)) throw error;
    progress(`${error.message}\n\n${USAGE}`);
    Deno.exit(USAGE_CODE);
  }
}

/** Runs the bench, prints what came of it, and leaves nothing behind. */
async function main(settings: Settings): Promise<void> {
  const processes = new Processes();
  const folder = await Deno.makeTempDir({ prefix: "passthru-bench-" });
  const clear = () => {
    processes.killAll();
    removeFolder(folder);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      clear();
      Deno.exit(SIGNAL_CODE);
    });
  }
  try {
    // nginx, when root starts it, gives its work to another user.
    await Deno.chmod(folder, 0o755);
    const report = await bench({ settings, processes, folder, progress });
    await finish(report, settings);
  } finally {
    clear();
  }
  // The signal listeners would keep it.
  Deno.exit();
}

/**
 * Removes a folder and all in it. It waits for nobody else of this process, who
 * would go on; a process that was killed may still write in it for a moment.
 */
function removeFolder(path: string): void {
  for (let tries = 1;; tries++) {
    try {
      return Deno.removeSync(path, { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (tries === REMOVE_TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REMOVE_MS);
    }
  }
}

/** Prints a report, and writes the README where that is wanted. */
async function finish(report: BenchReport, settings: Settings): Promise<void> {
  print(outputText(report, settings));
  if (settings.write) await writeReadme(report);
}

async function bench(options: SetUpOptions): Promise<BenchReport> {
  const before = await lookBefore();
  const [noise] = before.warnings;
  if (options.settings.write && noise !== undefined) {
    throw new NotQuietError(`${noise}: --write needs a quiet one`);
  }
  const report = await measured(options, before);
  const machine = await lookAfter(report.machine, before);
  for (const warning of machine.warnings) progress(warning);
  const whole = { ...report, machine };
  await save(whole);
  return whole;
}

/** Makes all measures; in the end no process of the bench is left. */
async function measured(
  options: SetUpOptions,
  before: Before,
): Promise<BenchReport> {
  await using ready = await setUp(options);
  const { bench, leftOut } = ready;
  for (const what of leftOut) progress(`left out: ${what}`);
  const { processes, programs, settings } = bench;
  const versions = await versionsOf(processes, programs);
  const machine = await describeMachine(before, versions);
  for (const warning of machine.warnings) progress(warning);
  const measures: MeasureReport[] = [];
  const report = { machine, settings, leftOut, measures };
  for (const measure of ready.measures) {
    const measured = await measure.run(bench).catch(failed);
    for (const note of measured.notes) progress(note);
    measures.push(measureReport(measure, measure.figures(bench), measured));
    // What there is stays, whatever becomes of the rest.
    await save(report);
  }
  return report;
}

/** One measure that cannot be made does not cost the others. */
function failed(error: Error): Measured {
  return { rounds: new Map(), notes: [`It failed: ${error.message}`] };
}

function progress(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

function print(text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
