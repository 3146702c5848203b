/** passthru as a process of its own, the way users run it. */
import { fail } from "@std/assert";
import { Changes } from "./changes.ts";
import { within } from "./wait.ts";

/** A log line in JSON. */
export type LogLine = Record<string, unknown>;

/** A running passthru process. */
export interface PassthruProcess extends AsyncDisposable {
  /** Ports of the listeners, in the order of the config. */
  readonly ports: readonly number[];
  readonly pid: number;
  /** All log lines so far. */
  readonly lines: readonly LogLine[];
  /**
   * Resolves with the first line, past or future, that fits. Rejects when the log
   * ends before, or after two minutes.
   */
  line(fits: (line: LogLine) => boolean): Promise<LogLine>;
  kill(signal: Deno.Signal): void;
  /** The exit code. */
  readonly exit: Promise<number>;
}

/** Longest wait for a line that nobody waits for with a limit of their own. */
const LINE_MS = 120_000;

/** Root of the repository. */
export const ROOT: string = new URL("../..", import.meta.url).pathname;

/** The command line that runs passthru in front of its own arguments. */
export const PASSTHRU: readonly string[] = [
  "run",
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  `${ROOT}main.ts`,
];

/** Runs passthru to its end. */
export async function runPassthru(
  args: readonly string[],
  stdin = "",
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...PASSTHRU, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** Options of {@linkcode startPassthru}. */
export interface StartOptions {
  /** Arguments after `-c FILE --log-format json`. */
  readonly args?: readonly string[];
  /** A program and arguments to run it under, such as `prlimit`. */
  readonly under?: readonly string[];
  /** What Deno is told to run, in place of {@linkcode PASSTHRU}. */
  readonly program?: readonly string[];
  /** A command that is passthru, in place of Deno and {@linkcode PASSTHRU}. */
  readonly command?: string;
  /** The folder that it runs in. Default: that of the test. */
  readonly cwd?: string;
  /** Environment variables beside those of the test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the config is written and left, for a reload. Default: nowhere. */
  readonly file?: string;
}

/**
 * Starts passthru on a config and waits until it is ready.
 *
 * @param config A text as it is, anything else as JSON.
 */
export async function startPassthru(
  config: unknown,
  options: StartOptions = {},
): Promise<PassthruProcess> {
  const { args = [], under = [], env = {}, command } = options;
  const program = command === undefined
    ? [Deno.execPath(), ...(options.program ?? PASSTHRU)]
    : [command];
  const file = options.file ?? await Deno.makeTempFile({ suffix: ".jsonc" });
  await Deno.writeTextFile(
    file,
    typeof config === "string" ? config : JSON.stringify(config, null, 2),
  );
  const [runner, ...before] = [...under, ...program];
  const child = new Deno.Command(runner!, {
    args: [...before, "-c", file, "--log-format", "json", ...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1", ...env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  }).spawn();
  const log = new LogReader(child.stderr);
  const exit = child.status.then(({ code }) => code);
  try {
    await within("passthru to be ready", ready(log, exit));
  } catch (error) {
    killQuietly(child);
    await log.ended;
    throw error;
  }
  if (options.file === undefined) await Deno.remove(file);
  return {
    ports: log.lines.filter(({ msg }) => msg === "listening").map(portOf),
    pid: child.pid,
    lines: log.lines,
    line: (fits) => log.line(fits),
    kill: (signal) => child.kill(signal),
    exit,
    async [Symbol.asyncDispose]() {
      killQuietly(child);
      await exit;
      await log.ended;
    },
  };
}

/** Resolves when it says that it is ready; rejects when it ends instead. */
async function ready(log: LogReader, exit: Promise<number>): Promise<void> {
  await Promise.race([
    log.line(({ msg }) => msg === "ready"),
    exit.then(async (code) => {
      await log.ended;
      fail(`passthru ended with ${code}: ${log.raw}`);
    }),
  ]);
}

function killQuietly(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

/** 0 for a Unix socket. */
function portOf({ address }: LogLine): number {
  return Number(/:(\d+)$/.exec(String(address))?.[1] ?? 0);
}

/** Collects the JSON lines of a process' standard error. */
class LogReader {
  readonly lines: LogLine[] = [];
  readonly ended: Promise<void>;
  raw = "";
  readonly #changes = new Changes();
  #done = false;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = this.#read(stream);
  }

  async line(fits: (line: LogLine) => boolean): Promise<LogLine> {
    let at = 0;
    const found = this.#changes.until(() => {
      for (; at < this.lines.length; at++) {
        if (fits(this.lines[at]!)) return this.lines[at]!;
      }
      if (this.#done) throw new Error("The log ended");
      return null;
    });
    try {
      return await within("a line of the log", found, LINE_MS);
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${this.raw}`);
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.raw += text;
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      for (const part of parts) {
        if (part.startsWith("{")) this.lines.push(JSON.parse(part));
      }
      this.#changes.tell();
    }
    this.#done = true;
    this.#changes.tell();
  }
}
