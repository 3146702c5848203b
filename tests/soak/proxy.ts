/**
 * The passthru that is soaked: a process as users run it, whose log is read by
 * somebody who is slow at times.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { PASSTHRU } from "../support/process.ts";
import { openDescriptors } from "../support/proc.ts";
import { runWell } from "../support/programs.ts";
import { until } from "../support/wait.ts";

/** Most lines of `error` level that are kept. */
const MOST_ERRORS = 20;

/** Options of {@linkcode SoakedProxy.start}. */
export interface SoakedOptions {
  readonly configFile: string;
  /** Where its admin API listens. */
  readonly adminPort: number;
  /** Most descriptors that it may have open. */
  readonly descriptors: number;
}

/** A running passthru. */
export class SoakedProxy implements AsyncDisposable {
  /** Log lines by their message; those of connections by their reason. */
  readonly counts = new Map<string, number>();
  /** The first error lines. */
  readonly errors: string[] = [];
  readonly pid: number;
  /** The exit code, once it has ended. */
  exitCode: number | null = null;
  readonly #child: Deno.ChildProcess;
  readonly #adminPort: number;
  readonly #reading: Promise<void>;
  readonly #ended: Promise<void>;
  #pauseMs = 0;

  private constructor(child: Deno.ChildProcess, adminPort: number) {
    this.#child = child;
    this.#adminPort = adminPort;
    this.pid = child.pid;
    this.#reading = this.#read();
    this.#ended = child.status.then(({ code }) => {
      this.exitCode = code;
    });
  }

  /** Starts it and waits until it accepts connections. */
  static async start(options: SoakedOptions): Promise<SoakedProxy> {
    const child = new Deno.Command("prlimit", {
      args: [
        `--nofile=${options.descriptors}`,
        Deno.execPath(),
        ...PASSTHRU,
        ...["-c", options.configFile, "--log-format", "json"],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const proxy = new SoakedProxy(child, options.adminPort);
    await until("passthru to be ready", async () => {
      if (proxy.exitCode !== null) {
        throw new Error(`It ended: ${proxy.errors.join("\n")}`);
      }
      return await proxy.#isReady() ? true : null;
    });
    return proxy;
  }

  /** Reads its log no more for so long. */
  pauseReading(ms: number): void {
    this.#pauseMs = ms;
  }

  /** Has it read its config again; resolves when that has gone well. */
  async reload(): Promise<void> {
    const before = this.#reloads();
    this.#child.kill("SIGHUP");
    await until("the reload", () => this.#reloads() > before ? true : null);
  }

  /** Memory that is resident, in MiB. */
  async residentMib(): Promise<number> {
    const { text } = await runWell("cat", [`/proc/${this.pid}/status`]);
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)![1]) / 1_024;
  }

  /** How many descriptors it has open. */
  descriptors(): Promise<number> {
    return openDescriptors(this.pid);
  }

  /** Stops it as an operator does. @returns The exit code. */
  async stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    await this.#ended;
    await this.#reading;
    return this.exitCode!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.exitCode === null) this.#child.kill("SIGKILL");
    await this.#ended;
    await this.#reading;
  }

  #reloads(): number {
    return this.counts.get("reloaded") ?? 0;
  }

  async #isReady(): Promise<boolean> {
    try {
      const url = `http://127.0.0.1:${this.#adminPort}/readyz`;
      const response = await fetch(url);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of this.#child.stderr) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split(
        "\n",
      );
      rest = lines.pop()!;
      for (const line of lines) this.#take(line);
      const pauseMs = this.#pauseMs;
      this.#pauseMs = 0;
      if (pauseMs > 0) await delay(pauseMs);
    }
  }

  #take(line: string): void {
    const entry = parse(line);
    const what = entry === null
      ? "not JSON"
      : entry.msg === "connection"
      ? `connection ${entry.reason}`
      : entry.msg.replace(/^and \d+ more/, "and more");
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
    const isError = entry === null || entry.level === "error";
    if (isError && this.errors.length < MOST_ERRORS) this.errors.push(line);
  }
}

function parse(
  line: string,
): { level: string; msg: string; reason?: string } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
