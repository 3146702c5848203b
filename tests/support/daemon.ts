/** Servers that run beside a test, in folders of their own. */
import { freePorts } from "./free_ports.ts";
import { program } from "./programs.ts";
import { until, within } from "./wait.ts";

/** How long a server may take to end by itself, in milliseconds. */
const STOP_MS = 2_000;
/** How often a start is tried: a free port may be taken by somebody meanwhile. */
const TRIES = 3;

/** A folder that is removed in the end. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
}

/** A server to start. */
export interface Daemon {
  readonly program: string;
  readonly args: readonly string[];
  /** Ports of 127.0.0.1 that it will listen on. */
  readonly ports: readonly number[];
  /** File that it logs to, for the message when it does not start. */
  readonly log?: string;
}

/** A new empty folder. */
export async function tempFolder(): Promise<TempFolder> {
  const path = await Deno.makeTempDir({ prefix: "passthru-" });
  return {
    path,
    [Symbol.asyncDispose]: () => removeFolder(path),
  };
}

/**
 * Removes a folder and all in it. A program that was told to end may write in it
 * a little longer, as the children of a browser do.
 */
export async function removeFolder(path: string): Promise<void> {
  await until(
    `${path} to be removed`,
    () => Deno.remove(path, { recursive: true }).then(() => true, () => null),
  );
}

/** Starts a server on free ports, on others when it fails to start there. */
export async function startOnFreePorts<T>(
  count: number,
  start: (ports: number[]) => Promise<T>,
): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await start(freePorts(count));
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** Starts a server and waits until it listens on all its ports. */
export async function startDaemon(daemon: Daemon): Promise<AsyncDisposable> {
  const child = new Deno.Command(program(daemon.program), {
    args: [...daemon.args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const end = child.status.then(() => {
    ended = true;
  });
  const stop = () => stopChild(child, end);
  try {
    for (const port of daemon.ports) {
      await until(`${daemon.program} on port ${port}`, async () => {
        if (ended) throw new Error(`${daemon.program} has ended`);
        return await listens(port) ? true : null;
      });
    }
  } catch (cause) {
    await stop();
    throw new Error(
      `Cannot start ${daemon.program}: ${await logOf(daemon)}`,
      { cause },
    );
  }
  return { [Symbol.asyncDispose]: stop };
}

async function stopChild(
  child: Deno.ChildProcess,
  end: Promise<void>,
): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    try {
      child.kill(signal);
    } catch {
      // It has ended.
    }
    try {
      return await within("the end of a server", end, STOP_MS);
    } catch {
      // It takes too long: kill it.
    }
  }
}

async function listens(port: number): Promise<boolean> {
  try {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.close();
    return true;
  } catch {
    return false;
  }
}

async function logOf({ log }: Daemon): Promise<string> {
  if (log === undefined) return "no log";
  return await Deno.readTextFile(log).catch(() => "no log");
}
