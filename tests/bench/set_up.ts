/** Makes a bench ready: back end, tools, and the programs that start here. */
import { programs as installed } from "../support/programs.ts";
import { startBackEnd } from "./back_end.ts";
import type { Bench } from "./context.ts";
import type { Measure, Tool } from "./figures.ts";
import { MEASURES } from "./measures/all.ts";
import { PEERS } from "./peers/all.ts";
import { BASELINE_NAME, passthru } from "./peers/passthru.ts";
import type { Peer } from "./peers/peer.ts";
import type { Processes } from "./processes.ts";
import type { Settings } from "./settings.ts";
import { compileLoadTool } from "./tools/load_tool.ts";
import { startWay } from "./ways.ts";

/** Programs that no measure can do without. */
const INDISPENSABLE = ["nginx", "openssl", "sh"];

/** The program of each tool. */
const PROGRAM_OF: Readonly<Record<Tool, string>> = {
  wrk: "wrk",
  iperf3: "iperf3",
  load: "cc",
};

/** A bench that is ready. */
export interface ReadyBench extends AsyncDisposable {
  readonly bench: Bench;
  readonly measures: readonly Measure[];
  /** What was left out, and why. */
  readonly leftOut: readonly string[];
}

/** What {@linkcode setUp} starts from. */
export interface SetUpOptions {
  readonly settings: Settings;
  readonly processes: Processes;
  readonly folder: string;
  readonly progress: (text: string) => void;
}

/**
 * Starts the back end, and each program once to see that it works.
 *
 * @throws {Error} When passthru, or what serves it here, cannot be started.
 */
export async function setUp(options: SetUpOptions): Promise<ReadyBench> {
  const { settings, processes, folder } = options;
  const missing = missingOf(INDISPENSABLE);
  if (missing.length > 0) throw new Error(`Not installed: ${missing}`);
  const leftOut: string[] = [];
  await using stack = new AsyncDisposableStack();
  const backEnd = stack.use(await startBackEnd(options));
  const loadTool = missingOf([PROGRAM_OF.load]).length === 0
    ? await compileLoadTool(processes, folder)
    : null;
  const bench: Bench = { ...options, backEnd, loadTool, programs: [] };
  const programs = [...ours(settings)];
  for (const program of programs) {
    await using _way = await startWay(bench, program);
  }
  for (const peer of PEERS) {
    if (!settings.peers.includes(peer.name)) continue;
    const why = await reasonAgainst(bench, peer);
    if (why === null) programs.push(peer);
    else leftOut.push(`${peer.name}: ${why}`);
  }
  const measures = chosen(settings, leftOut);
  const kept = stack.move();
  return {
    bench: { ...bench, programs },
    measures,
    leftOut,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function ours({ baseline }: Settings): readonly Peer[] {
  if (baseline === null) return [passthru()];
  const root = `${Deno.realPathSync(baseline)}/`;
  return [passthru(), passthru({ name: BASELINE_NAME, root })];
}

/** Why a peer is left out; `null` when it works here. */
async function reasonAgainst(
  bench: Bench,
  peer: Peer,
): Promise<string | null> {
  if (missingOf([peer.program]).length > 0) return "not installed";
  try {
    await using _way = await startWay(bench, peer);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The measures to make, without those whose tools are missing. */
function chosen({ only }: Settings, leftOut: string[]): readonly Measure[] {
  return MEASURES.filter(({ name, needs }) => {
    if (!only.includes(name)) return false;
    const missing = missingOf(needs.map((tool) => PROGRAM_OF[tool]));
    if (missing.length > 0) leftOut.push(`${name}: no ${missing.join(", ")}`);
    return missing.length === 0;
  });
}

function missingOf(names: readonly string[]): readonly string[] {
  return installed(names).missing;
}
