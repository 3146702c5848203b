/** Ways to the back end: through a program, or direct. */
import { delay } from "@std/async/delay";
import { freePorts } from "../support/free_ports.ts";
import { PATIENCE_MS, within } from "../support/wait.ts";
import type { Bench } from "./context.ts";
import { TLS_HOST } from "./openings.ts";
import { limited } from "./limited.ts";
import type { Peer, Setup } from "./peers/peer.ts";
import type { Started } from "./processes.ts";

/** Pause between two attempts to reach a program that starts, in milliseconds. */
const ATTEMPT_PAUSE_MS = 1;
/** How often a start is tried: a free port may be taken by somebody meanwhile. */
const TRIES = 2;
/** Connections that a program is to be ready for. */
const CONNECTIONS = 6_000;

/** A way to the back end. */
export interface Way extends AsyncDisposable {
  /** Name of the program, or `direct`. */
  readonly name: string;
  /** Ports of 127.0.0.1 to connect to. */
  readonly http: number;
  readonly tls: number;
  /** `null` when the program has none. */
  readonly rest: number | null;
  /** The program's first process; `null` on the direct way. */
  readonly pid: number | null;
  /** Whether the processor time of the program can be told. */
  readonly hasCpuTime: boolean;
  /** Time from its start to the first answer through it, in milliseconds. */
  readonly startMs: number;
  /** Where its config is, and what it was made from; `null` on the direct way. */
  readonly config: { readonly file: string; readonly setup: Setup } | null;
}

/** Options of {@linkcode startWay}. */
export interface WayOptions {
  /** Port for what is neither TLS nor HTTP. Default: the one for HTTP. */
  readonly rest?: number;
  /** Names of TLS servers beside the one that clients ask for. */
  readonly moreHosts?: readonly string[];
  /** Threads or processes that serve. Default: those of the settings. */
  readonly workers?: number;
}

/**
 * Starts a program and waits until a client is answered through it.
 *
 * @throws {Error} When it does not start, on several ports.
 */
export async function startWay(
  bench: Bench,
  program: Peer,
  options: WayOptions = {},
): Promise<Way> {
  for (let tries = 1;; tries++) {
    try {
      return await startOnce(bench, program, options);
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

async function startOnce(
  bench: Bench,
  program: Peer,
  { rest = bench.backEnd.http, moreHosts = [], ...options }: WayOptions,
): Promise<Way> {
  const { processes, backEnd, settings } = bench;
  const { workers = settings.workers } = options;
  const [port, other] = freePorts(2) as [number, number];
  const httpPort = program.hasPortsApart ? other : port;
  const folder = await Deno.makeTempDir({
    dir: bench.folder,
    prefix: `${program.name}-`,
  });
  await Deno.chmod(folder, 0o755);
  const setup: Setup = {
    port,
    httpPort,
    workers,
    tlsHosts: [...moreHosts, TLS_HOST],
    tls: backEnd.tls,
    http: backEnd.http,
    rest,
    connections: CONNECTIONS,
  };
  const file = `${folder}/config`;
  await Deno.writeTextFile(file, program.config(setup));
  const command = limited(program.command(file, setup), "program", {
    ...settings,
    workers,
  });
  const start = performance.now();
  const started = processes.start(command);
  try {
    await firstAnswer(started, { port, hello: backEnd.hello });
  } catch (cause) {
    await started[Symbol.asyncDispose]();
    const why = started.complaint || String(cause);
    throw new Error(`It does not start: ${why}`, { cause });
  }
  return {
    name: program.name,
    ...{ http: httpPort, tls: port, pid: started.pid },
    rest: program.hasPortsApart ? null : port,
    hasCpuTime: program.forgetsChildren !== true,
    startMs: performance.now() - start,
    config: { file, setup },
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

/** The way past all programs. */
function directWay(bench: Bench, rest = bench.backEnd.http): Way {
  const { http, tls } = bench.backEnd;
  return {
    name: "direct",
    ...{ http, tls, rest, pid: null, hasCpuTime: false, startMs: 0 },
    config: null,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Several ways, which end together. */
export interface Ways extends AsyncDisposable {
  readonly all: readonly Way[];
}

/** The direct way, and one through each program. */
export async function startWays(
  bench: Bench,
  options: WayOptions = {},
): Promise<Ways> {
  await using stack = new AsyncDisposableStack();
  const all = [directWay(bench, options.rest)];
  for (const program of bench.programs) {
    all.push(stack.use(await startWay(bench, program, options)));
  }
  const kept = stack.move();
  return { all, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** What to ask a program. */
export interface Question {
  readonly port: number;
  readonly hello: Uint8Array;
}

async function firstAnswer(
  started: Started,
  question: Question,
): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!started.ended && performance.now() < end) {
    if (await firstByte(question) !== null) return;
    await delay(ATTEMPT_PAUSE_MS);
  }
  throw new Error(started.ended ? "it has ended" : "nobody answers");
}

/** The first byte of the answer to a hello; `null`: there is none. */
export async function firstByte(
  { port, hello }: Question,
): Promise<number | null> {
  try {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(hello);
    const answer = new Uint8Array(1);
    const count = await within("an answer", conn.read(answer));
    return count === 1 ? answer[0]! : null;
  } catch {
    return null;
  }
}
