/** Reloads while clients come and go: nobody notices. */
import { assert, assertEquals } from "@std/assert";
import { type ConfigFile, configFile, reload } from "../support/config_file.ts";
import { connectLocal } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask, Load } from "../support/load.ts";
import { mirror, transfer } from "../support/long_transfers.ts";
import { forwardTo } from "../support/passthru.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { namedEcho, type Service } from "../support/services.ts";
import { bytesOf, readAll, textOf, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";

const RELOADS = 28;
const CLIENTS = 24;
/** New connections between two reloads, at least. */
const BETWEEN = 90;
/** Long transfers at a time, and how many reloads each lasts. */
const LANES = 4;
const LASTS = 6;

/** The services that the configs of a run name. */
interface Targets {
  /** The even configs forward to the first, the odd ones to the second. */
  readonly plain: readonly [Service, Service];
  readonly long: Service;
  readonly extra: Service;
}

/** Where the listener is that comes and goes, and what it stands on. */
function hasExtra(nth: number): boolean {
  return nth % 4 === 1 || nth % 4 === 2;
}

/** The nth config: each differs from the one before. */
function configOf(nth: number, targets: Targets, extraPort: number): unknown {
  const server = {
    SSH: forwardTo(targets.long.address),
    CATCHALL: forwardTo(targets.plain[nth % 2]!.address),
  };
  const extra = { CATCHALL: forwardTo(targets.extra.address) };
  return {
    version: "v1.0.0",
    workers: 1 + nth % 3,
    servers: {
      "127.0.0.1:0": server,
      ...(hasExtra(nth) ? { [`127.0.0.1:${extraPort}`]: extra } : {}),
    },
  };
}

/** What a run under load goes on with. */
interface Run {
  readonly passthru: PassthruProcess;
  readonly file: ConfigFile;
  readonly targets: Targets;
  readonly extraPort: number;
  readonly load: Load;
  /** Changes as the run goes on. */
  readonly state: { reloads: number; stop: boolean };
}

/**
 * Long transfers, one after the other, until told to stop.
 *
 * @returns How many reloads each of them lasted.
 */
async function lane({ passthru, load, state }: Run): Promise<number[]> {
  const [port] = passthru.ports as [number];
  const lasted: number[] = [];
  while (!state.stop) {
    const start = state.reloads;
    await transfer(port, async () => {
      if (state.stop || state.reloads >= start + LASTS) return false;
      await load.more(10);
      return true;
    });
    lasted.push(state.reloads - start);
  }
  return lasted;
}

/** A connection to the listener that is about to go, begun but not ended. */
async function begin(port: number): Promise<Deno.TcpConn> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf("begun, "));
  return conn;
}

async function end(conn: Deno.TcpConn): Promise<string> {
  await writeAll(conn, bytesOf("ended"));
  await conn.closeWrite();
  const answer = textOf(await readAll(conn));
  conn.close();
  return answer;
}

/** Reloads again and again; what comes and goes is there when it must be. */
async function reloadAll(run: Run): Promise<void> {
  const { passthru, file, targets, extraPort, load, state } = run;
  let held: Deno.TcpConn | null = null;
  for (let nth = 1; nth <= RELOADS; nth++) {
    const goes = hasExtra(nth - 1) && !hasExtra(nth);
    if (goes) held = await begin(extraPort);
    const config = configOf(nth, targets, extraPort);
    const line = await reload(passthru, file, config);
    assertEquals(line["msg"], "reloaded", JSON.stringify(line));
    assertEquals(line["generation"], nth + 1);
    state.reloads = nth;
    if (hasExtra(nth)) {
      assertEquals(await ask(extraPort, `extra ${nth}`), "extra");
    }
    // The listener is gone, what it has accepted goes on.
    if (held !== null) assertEquals(await end(held), "extra:begun, ended");
    held = null;
    await load.more(BETWEEN);
  }
}

/** Checks the log of a process that has ended. */
function assertCleanLog({ lines }: PassthruProcess, least: number): void {
  assertEquals(lines.filter(({ level }) => level !== "info"), []);
  const connections = lines.filter(({ msg }) => msg === "connection");
  assert(connections.length > least);
  assertEquals(
    connections.map(({ conn }) => Number(conn)).sort((a, b) => a - b),
    connections.map((_, i) => i + 1),
    "numbers across all workers of all generations",
  );
  const ends = new Set(connections.map(({ reason }) => reason));
  assertEquals([...ends], ["client_eof"]);
  assertEquals(lines.at(-1)!["msg"], "stopped");
  assertEquals(lines.at(-1)!["closed"], 0);
}

Deno.test("reload: under load no connection fails, and none is cut short", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  await using bytes = mirror();
  await using extra = namedEcho("extra");
  const targets: Targets = { plain: [one, two], long: bytes, extra };
  const [extraPort] = freePorts(1) as [number];
  await using file = await configFile();
  await using passthru = await startPassthru(configOf(0, targets, extraPort), {
    file: file.path,
  });
  const port = passthru.ports[0]!;
  await using load = new Load({ port, parallel: CLIENTS });
  const state = { reloads: 0, stop: false };
  const run = { passthru, file, targets, extraPort, load, state };
  const [lasted] = await Promise.all([
    Promise.all(Array.from({ length: LANES }, () => lane(run))),
    reloadAll(run).finally(() => state.stop = true),
  ]);
  await load.stop();
  assertEquals(load.failures, []);
  assert(load.ended >= 3_000, `only ${load.ended} connections`);
  const long = lasted.flat().filter((reloads) => reloads >= LASTS).length;
  assert(long >= LANES * 3, `only ${long} long transfers`);
  const last = ["one", "two"][RELOADS % 2];
  for (let i = 0; i < 50; i++) assertEquals(await ask(port, `last ${i}`), last);
  passthru.kill("SIGTERM");
  assertEquals(await within("the end", passthru.exit), 0);
  assertCleanLog(passthru, load.ended + lasted.flat().length);
});

Deno.test("reload: once it is logged, no new connection gets the old config", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  await using long = mirror();
  await using extra = namedEcho("extra");
  const targets: Targets = { plain: [one, two], long, extra };
  const [extraPort] = freePorts(1) as [number];
  await using file = await configFile();
  await using passthru = await startPassthru(configOf(0, targets, extraPort), {
    file: file.path,
  });
  const stale: string[] = [];
  for (let nth = 1; nth <= 16; nth++) {
    const config = configOf(nth, targets, extraPort);
    const line = await reload(passthru, file, config);
    assertEquals(line["msg"], "reloaded");
    await Promise.all(Array.from({ length: 24 }, async (_, i) => {
      const name = await ask(passthru.ports[0]!, `at ${nth}.${i}`);
      if (name !== ["one", "two"][nth % 2]) stale.push(`${nth}.${i}: ${name}`);
    }));
  }
  assertEquals(stale, []);
});
