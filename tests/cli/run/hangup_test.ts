/** SIGHUP: before the program has loaded, and from a terminal that closes. */
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/cli/command.ts";
import { holdSignals } from "../../../src/cli/early_signals.ts";
import { stopsOnHangup } from "../../../src/cli/run/hangup.ts";
import { listenForSignals } from "../../../src/cli/run/signals.ts";
import { configFile } from "../../support/config_file.ts";
import { connectLocal } from "../../support/dialogue.ts";
import { freePorts } from "../../support/free_ports.ts";
import { PASSTHRU, ROOT } from "../../support/process.ts";
import { forwardTo } from "../../support/passthru.ts";
import { programTest } from "../../support/programs.ts";
import { PseudoTerminal } from "../../support/pseudo_terminal.ts";
import { until, within } from "../../support/wait.ts";

/** The bits of SIGHUP and SIGUSR2 in the masks of /proc. */
const HELD_MASK = 1n << 0n | 1n << 11n;

/** Whether a process catches the signals that are held early. */
async function catches(pid: number): Promise<true | null> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const mask = BigInt("0x" + /^SigCgt:\s*(\w+)/m.exec(status)![1]);
  return (mask & HELD_MASK) === HELD_MASK ? true : null;
}

/** A config of one listener that nobody connects to. */
function configOf(port: number) {
  return {
    version: "v1.0.0",
    servers: { [`127.0.0.1:${port}`]: { CATCHALL: forwardTo("127.0.0.1:9") } },
    workers: 1,
  };
}

/** Resolves when nobody listens on a port. */
async function unbound(port: number): Promise<void> {
  await until("the port to be free", async () => {
    const conn = await connectLocal(port).catch(() => null);
    conn?.close();
    return conn === null ? true : null;
  });
}

/** Sends a signal to this process, and waits until it is heard. */
async function sendSelf(signal: Deno.Signal): Promise<void> {
  let heard = false;
  const hear = () => void (heard = true);
  Deno.addSignalListener(signal, hear);
  Deno.kill(Deno.pid, signal);
  await until(`${signal} to be heard`, () => heard ? true : null);
  Deno.removeSignalListener(signal, hear);
}

/** The command line that serves a config, for a shell. */
function commandLine(...args: string[]): string {
  return ["exec", Deno.execPath(), ...PASSTHRU, ...args].join(" ");
}

Deno.test("hangup: nothing is loaded before signals are held", async () => {
  const text = await Deno.readTextFile(`${ROOT}main.ts`);
  const imports = [...text.matchAll(/^import .* from "(.*)";$/gm)];
  assertEquals(imports.map(([, from]) => from), [
    "./src/cli/early_signals.ts",
  ]);
});

Deno.test("hangup: signals that come while the program loads do not end it", async () => {
  const [port] = freePorts(1) as [number];
  await using file = await configFile(configOf(port));
  await using child = new Deno.Command(Deno.execPath(), {
    args: [...PASSTHRU, "-c", file.path],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("the signals to be held", () => catches(child.pid));
  await until("the listener", async () => {
    child.kill("SIGHUP");
    child.kill("SIGUSR2");
    const conn = await connectLocal(port).catch(() => null);
    conn?.close();
    return conn;
  });
  child.kill("SIGTERM");
  assertEquals((await within("the stop", child.status)).code, 0);
});

Deno.test("hangup: a command that does not serve ends as if nothing had held it", async () => {
  assertEquals(holdSignals().release(), null);
  const held = holdSignals();
  await sendSelf("SIGHUP");
  assertEquals(held.release(), 129);
});

Deno.test("hangup: signals before there are handlers are told later, in order", async () => {
  const signals = listenForSignals({ hangupStops: false });
  const told: string[] = [];
  try {
    await sendSelf("SIGHUP");
    await sendSelf("SIGUSR2");
    signals.handle({
      onReload: () => told.push("reload"),
      onLogLevel: () => told.push("log level"),
      onSecondStop: () => told.push("second stop"),
    });
  } finally {
    signals.dispose();
  }
  assertEquals(told, ["reload", "log level"]);
});

Deno.test("hangup: what --on-hangup may be", () => {
  assertEquals(stopsOnHangup("stop"), true);
  assertEquals(stopsOnHangup("reload"), false);
  assertThrows(() => stopsOnHangup("ignore"), UsageError, 'found "ignore"');
});

programTest(
  ["script"],
  "hangup: a terminal that closes ends the server, which gives up its port",
  async () => {
    const [port] = freePorts(1) as [number];
    await using file = await configFile(configOf(port));
    {
      await using terminal = new PseudoTerminal(
        commandLine("-c", file.path),
      );
      await terminal.prints(/ ready /);
    }
    await within("the end of the server", unbound(port));
  },
);

programTest(
  ["script"],
  "hangup: with --on-hangup reload, a server on a terminal reloads",
  async () => {
    const [port] = freePorts(1) as [number];
    await using file = await configFile(configOf(port));
    await using terminal = new PseudoTerminal(
      commandLine("-c", file.path, "--on-hangup", "reload"),
    );
    const screen = await terminal.prints(/pid=(\d+)/);
    const pid = Number(/pid=(\d+)/.exec(screen)![1]);
    try {
      Deno.kill(pid, "SIGHUP");
      await terminal.prints(/ reloaded /);
      const conn = await connectLocal(port);
      conn.close();
    } finally {
      Deno.kill(pid, "SIGKILL");
    }
  },
);
