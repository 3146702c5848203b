/** `deno task bench`: passthru beside its peers, at their own work. */
import { atTheEnd, describeMachine } from "./machine.ts";
import { parseOptions, USAGE, UsageError } from "./options.ts";
import { Processes } from "./processes.ts";
import {
  type BenchReport,
  type MeasureReport,
  measureReport,
} from "./report.ts";
import { setUp, type SetUpOptions } from "./set_up.ts";
import type { Settings } from "./settings.ts";
import { reportText } from "./table.ts";

/** Exit codes: the command line is wrong; a signal ended it. */
const USAGE_CODE = 2;
const SIGNAL_CODE = 130;

if (import.meta.main) {
  try {
    const settings = parseOptions(Deno.args);
    if (settings === null) print(USAGE);
    else await main(settings);
  } catch (error) {
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
    Deno.removeSync(folder, { recursive: true });
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
    await output(await bench({ settings, processes, folder, progress }));
  } finally {
    clear();
  }
  // The signal listeners would keep it.
  Deno.exit();
}

async function bench(options: SetUpOptions): Promise<BenchReport> {
  await using ready = await setUp(options);
  const { bench, leftOut } = ready;
  for (const what of leftOut) progress(`left out: ${what}`);
  const machine = await describeMachine(bench.processes, bench.programs);
  const measures: MeasureReport[] = [];
  for (const measure of ready.measures) {
    const measured = await measure.run(bench);
    measures.push(measureReport(measure, measure.figures(bench), measured));
  }
  return {
    machine: atTheEnd(machine),
    settings: options.settings,
    leftOut,
    measures,
  };
}

async function output(report: BenchReport): Promise<void> {
  const json = JSON.stringify(report, null, 2) + "\n";
  if (report.settings.json === "-") return print(json);
  if (report.settings.json !== null) {
    await Deno.writeTextFile(report.settings.json, json);
  }
  print(`${reportText(report)}\n`);
}

function progress(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

function print(text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
