/** HAProxy with the config of configs/deploy, in front of replicas. */
import { assertEquals, assertMatch } from "@std/assert";
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";
import { connectLocal } from "./dialogue.ts";
import { ROOT } from "./process.ts";
import { program } from "./programs.ts";
import { bytesOf, readAll, textOf, writeAll } from "./tcp.ts";
import { until } from "./wait.ts";

/** The names of the replicas in the config. */
export const REPLICAS = ["one", "two", "three"] as const;

/** How a connection through the balancer ended, as it logged it. */
export interface Passed {
  /** The client's port. */
  readonly port: number;
  /** The replica that it was given to. */
  readonly replica: string;
  /** Whether the replica broke it. */
  readonly broken: boolean;
}

/** A running balancer. */
export interface Balancer extends AsyncDisposable {
  /** Where clients connect. */
  readonly port: number;
  /** All connections that have ended so far. */
  passed(): Promise<Passed[]>;
  /** Gives a replica no new connections, or gives it some again. */
  set(replica: string, state: "drain" | "ready"): Promise<void>;
  /** Resolves when its checks say that a replica is up, or is not. */
  seen(replica: string, state: "UP" | "DOWN"): Promise<void>;
  /** The status of the last check's answer; empty: there was none. */
  checked(replica: string): Promise<string>;
}

/** The ports of a replica on 127.0.0.1. */
export interface ReplicaPorts {
  /** Where it takes connections. */
  readonly port: number;
  /** Where it says whether it is ready. */
  readonly admin: number;
}

/** Starts it in front of these replicas. */
export function startBalancer(
  replicas: readonly ReplicaPorts[],
): Promise<Balancer> {
  return startOnFreePorts(
    2,
    ([port, admin]) => start(replicas, { port: port!, admin: admin! }),
  );
}

async function start(
  replicas: readonly ReplicaPorts[],
  { port, admin }: { port: number; admin: number },
): Promise<Balancer> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  const file = `${path}/haproxy.cfg`;
  const log = `${path}/log`;
  await Deno.writeTextFile(file, await configText(replicas, { port, admin }));
  stack.use(
    await startDaemon({
      program: "sh",
      args: ["-c", `exec ${program("haproxy")} -db -f ${file} > ${log}`],
      ports: [port, admin],
    }),
  );
  const kept = stack.move();
  const stat = async (name: string) => {
    const lines = (await command(admin, "show stat")).split("\n");
    return lines.find((line) => line.startsWith(`passthru,${name},`))!
      .split(",");
  };
  return {
    port,
    passed: async () => passedOf(await Deno.readTextFile(log)),
    async set(name, state) {
      const said = `set server passthru/${name} state ${state}`;
      assertEquals((await command(admin, said)).trim(), "");
    },
    async seen(name, state) {
      await until(`${name} to be ${state}`, async () => {
        return (await stat(name))[17] === state ? true : null;
      });
    },
    checked: async (name) => (await stat(name))[37]!,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The config as it is shipped, on addresses of this machine, and with a log. */
async function configText(
  replicas: readonly ReplicaPorts[],
  { port, admin }: { port: number; admin: number },
): Promise<string> {
  let text = await Deno.readTextFile(`${ROOT}configs/deploy/haproxy.cfg`);
  const change = (from: RegExp, to: string) => {
    assertMatch(text, from);
    text = text.replace(from, to);
  };
  change(
    /stats socket .*/,
    // Threads that log at the same moment lose lines.
    `stats socket ipv4@127.0.0.1:${admin} level admin\n` +
      "nbthread 1\nlog stdout format raw local0",
  );
  change(/mode tcp/, 'mode tcp\nlog global\nlog-format "%cp %s %ts"');
  change(/bind :443/, `bind 127.0.0.1:${port}`);
  REPLICAS.forEach((name, i) => {
    const { port, admin } = replicas[i]!;
    const places = `127.0.0.1:${port} port ${admin}`;
    change(new RegExp(`(server ${name}) .*`), `$1 ${places}`);
  });
  return text;
}

function passedOf(log: string): Passed[] {
  return [...log.matchAll(/^(\d+) (\w+) (.)(.)$/gm)].map((
    [, port, replica, first],
  ) => ({ port: Number(port), replica: replica!, broken: first === "S" }));
}

/** Says something to its admin socket; gives the answer. */
async function command(admin: number, said: string): Promise<string> {
  using conn = await connectLocal(admin);
  await writeAll(conn, bytesOf(`${said}\n`));
  return textOf(await readAll(conn));
}
