/**
 * Processes of a bench. Each leads a group of its own, which is killed as a whole:
 * nginx and sslh start more processes, and none of them may outlive the bench.
 */
import { within } from "../support/wait.ts";

/** Longest time that a command may take without a limit of its own, in ms. */
const COMMAND_LIMIT_MS = 60_000;
/** How much of what a process said on standard error is kept, in characters. */
const KEPT_COMPLAINT = 2_000;

/** A server that was started. */
export interface Started extends AsyncDisposable {
  readonly pid: number;
  /** Whether it has ended by itself. */
  readonly ended: boolean;
  /** The last of what it wrote to standard error. */
  readonly complaint: string;
}

/** Where the streams of a process lead. */
export interface SpawnOptions {
  readonly stdin?: "piped" | "null";
  readonly stdout?: "piped" | "null";
}

/** All processes that a bench has running. */
export class Processes {
  readonly #leaders = new Set<number>();

  /** Starts a command. Standard error is piped and must be read. */
  spawn(
    command: readonly string[],
    { stdin = "null", stdout = "null" }: SpawnOptions = {},
  ): Deno.ChildProcess {
    const [program, ...args] = command;
    const child = new Deno.Command(program!, {
      args,
      stdin,
      stdout,
      stderr: "piped",
      detached: true,
      env: { NO_COLOR: "1" },
    }).spawn();
    this.#leaders.add(child.pid);
    void child.status.then(() => this.kill(child.pid));
    return child;
  }

  /** Starts a server, which is killed when it is disposed of. */
  start(command: readonly string[]): Started {
    const child = this.spawn(command);
    let ended = false;
    let complaint = "";
    const status = child.status.then(() => ended = true);
    const read = keepText(child.stderr, (text) => {
      complaint = (complaint + text).slice(-KEPT_COMPLAINT);
    });
    return {
      pid: child.pid,
      get ended() {
        return ended;
      },
      get complaint() {
        return complaint.trim();
      },
      [Symbol.asyncDispose]: async () => {
        this.kill(child.pid);
        await status;
        await read;
      },
    };
  }

  /**
   * Runs a command to its end.
   *
   * @returns Its standard output.
   * @throws {Error} When it fails or takes too long.
   */
  async run(
    command: readonly string[],
    limitMs = COMMAND_LIMIT_MS,
  ): Promise<string> {
    const child = this.spawn(command, { stdout: "piped" });
    try {
      const { code, stdout, stderr } = await within(
        `the end of ${command[0]}`,
        child.output(),
        limitMs,
      );
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      if (code === 0) return decode(stdout);
      const why = (decode(stderr) + decode(stdout)).trim().slice(-300);
      throw new Error(`The command ended with ${code}: ${why}`);
    } finally {
      this.kill(child.pid);
    }
  }

  /** Kills a process and all that it has started. Idempotent. */
  kill(pid: number): void {
    if (!this.#leaders.delete(pid)) return;
    try {
      Deno.kill(-pid, "SIGKILL");
    } catch {
      // All of them have ended.
    }
  }

  /** Kills everything, at once. */
  killAll(): void {
    for (const pid of [...this.#leaders]) this.kill(pid);
  }
}

async function keepText(
  stream: ReadableStream<Uint8Array>,
  keep: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) keep(decoder.decode(bytes));
}
