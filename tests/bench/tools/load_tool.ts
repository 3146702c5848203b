/**
 * The load tool of this folder, in C. wrk and iperf3 cannot stop after the answer
 * to a hello, hold idle connections, or keep a rate.
 */
import { HTTP_ENDING } from "../openings.ts";
import type { Bench } from "../context.ts";
import { limited } from "../limited.ts";
import type { Processes } from "../processes.ts";
import type { Way } from "../ways.ts";

/** Share of the wanted rate below which its latencies would mean nothing. */
const KEPT_UP_SHARE = 0.9;

const SOURCES = ["load.c", "exchange.c", "flood.c", "latencies.c", "steady.c"];

/** What the clients of a load say. */
export type Opening = "hello" | "http";

/** What came of a load. */
export interface LoadResult {
  readonly exchanges: number;
  readonly failed: number;
  readonly seconds: number;
  /** Median, 99th percentile and largest of the latencies, in microseconds. */
  readonly p50_us: number;
  readonly p99_us: number;
  readonly max_us: number;
  /** 99th percentile of how late exchanges at fixed times were begun. */
  readonly late_p99_us: number;
}

/** How long exchanges on new connections go on. */
export interface NewOptions {
  readonly opening: Opening;
  /** Connections at a time. */
  readonly connections: number;
  /** At most so long. */
  readonly seconds: number;
  /** At most so many exchanges. Default: any number. */
  readonly count?: number;
  /** Called after each so many exchanges with how many there were. */
  readonly every?: { readonly count: number; at(exchanges: number): void };
}

/** Options of {@linkcode steadyExchanges}. */
export interface SteadyOptions {
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second over all connections; 0: as many as there can be. */
  readonly rate: number;
  /** Called when half of the time is over, in the middle of the load. */
  readonly halfway?: () => void;
}

/** Compiles the tool. @returns The program. */
export async function compileLoadTool(
  processes: Processes,
  folder: string,
): Promise<string> {
  const program = `${folder}/load`;
  const sources = SOURCES.map((name) =>
    new URL(name, import.meta.url).pathname
  );
  await processes.run(["cc", "-O2", "-o", program, ...sources]);
  return program;
}

/** Exchanges on new connections, closed as soon as they are answered. */
export async function newConnections(
  bench: Bench,
  way: Way,
  { opening, connections, seconds, count = 0, every }: NewOptions,
): Promise<LoadResult> {
  const numbers = [connections, seconds, count, every?.count ?? 0];
  const child = spawn(bench, way, { mode: "new", opening, numbers });
  return await resultOf(child, (line) => every?.at(Number(line)));
}

/** Requests on kept connections. */
export async function steadyExchanges(
  bench: Bench,
  way: Way,
  { connections, seconds, rate, halfway }: SteadyOptions,
): Promise<LoadResult> {
  const numbers = [connections, seconds, rate];
  const child = spawn(bench, way, { mode: "steady", opening: "http", numbers });
  const result = await resultOf(child, halfway);
  if (result.failed > 0) {
    throw new Error(`${result.failed} exchanges were not answered in time`);
  }
  const { quick } = bench.settings;
  if (!quick && result.exchanges < KEPT_UP_SHARE * rate * seconds) {
    throw new Error(`It cannot keep up with ${rate} requests a second`);
  }
  return result;
}

/** Exchanges on new connections, one at a time. */
export async function visits(
  bench: Bench,
  way: Way,
  { seconds, pauseSeconds }: { seconds: number; pauseSeconds: number },
): Promise<LoadResult> {
  const numbers = [1, seconds, pauseSeconds];
  return await resultOf(
    spawn(bench, way, { mode: "visit", opening: "http", numbers }),
  );
}

/** How clients of a flood leave, in the order of `enum leaving` in flood.h. */
export const LEAVINGS = ["reset", "close", "ask"] as const;

/** Clients that connect and leave at once, and one that wants an answer. */
export interface FloodOptions {
  readonly leaving: typeof LEAVINGS[number];
  /** Clients of a burst, and the seconds from one to the next. */
  readonly burst: number;
  readonly everySeconds: number;
  /** How long somebody else asks, in seconds, and waits between the answers. */
  readonly seconds: number;
  readonly pauseSeconds: number;
}

/** What came of a flood. */
export interface Flooded {
  /** The exchanges of who wanted an answer. */
  readonly visits: LoadResult;
  /** Connections of the flood, and those for which there was no room. */
  readonly flood: Pick<LoadResult, "exchanges" | "failed">;
}

/** How long a flood goes on before anybody asks, in seconds. */
const FLOODED_FIRST_SECONDS = 1;

/** Asks again and again, one at a time, while there is a flood. */
export async function whileFlooding(
  bench: Bench,
  way: Way,
  { leaving, burst, everySeconds, seconds, pauseSeconds }: FloodOptions,
): Promise<Flooded> {
  const opening = "http";
  const child = spawn(bench, way, {
    mode: "flood",
    opening,
    numbers: [
      burst,
      FLOODED_FIRST_SECONDS + seconds,
      everySeconds,
      LEAVINGS.indexOf(leaving),
    ],
  });
  const { promise: isOn, resolve } = Promise.withResolvers<void>();
  const flood = resultOf(child, () => resolve());
  await Promise.race([isOn, flood]);
  const visited = await visits(bench, way, { seconds, pauseSeconds });
  return { visits: visited, flood: await flood };
}

/**
 * Holds connections with one exchange behind them while something is done.
 *
 * @throws {Error} When not all of them can be held.
 */
export async function whileHolding(
  bench: Bench,
  way: Way,
  { connections, act }: { connections: number; act: () => Promise<void> },
): Promise<void> {
  const numbers = [connections];
  const child = spawn(bench, way, { mode: "hold", opening: "http", numbers });
  const complaint = new Response(child.stderr).text();
  const output = linesOf(child.stdout);
  const { value } = await output.next();
  const { held = 0 } = value === undefined ? {} : JSON.parse(value);
  if (held === connections) await act();
  await child.stdin.close();
  await output.next();
  await child.status;
  if (held < connections) {
    throw new Error(
      `It holds ${held} of ${connections} connections ${await complaint}`,
    );
  }
}

/** A run of the tool. */
interface Run {
  readonly mode: "new" | "hold" | "steady" | "visit" | "flood";
  readonly opening: Opening;
  /** The arguments from CONNECTIONS on: see load.c. */
  readonly numbers: readonly number[];
}

function spawn(
  { loadTool, processes, backEnd, settings }: Bench,
  way: Way,
  { mode, opening, numbers }: Run,
): Deno.ChildProcess {
  const [port, file, ending] = opening === "http"
    ? [way.http, backEnd.requestFile, HTTP_ENDING]
    : [way.tls, backEnd.helloFile, ""];
  const command = [loadTool!, mode, `${port}`, file, ending];
  return processes.spawn(
    limited([...command, ...numbers.map(String)], "load", settings),
    { stdin: mode === "hold" ? "piped" : "null", stdout: "piped" },
  );
}

/** The last line, which is the result; those before it say how far it is. */
async function resultOf(
  child: Deno.ChildProcess,
  onLine?: (line: string) => void,
): Promise<LoadResult> {
  const complaint = new Response(child.stderr).text();
  let result: LoadResult | null = null;
  for await (const line of linesOf(child.stdout)) {
    if (line.startsWith("{")) result = JSON.parse(line);
    else onLine?.(line);
  }
  await child.status;
  const why = (await complaint).trim();
  if (result === null) throw new Error(`The load ended: ${why}`);
  return result;
}

async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}
