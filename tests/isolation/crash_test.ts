/** A worker that dies takes its own connections with it, and nothing else. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import {
  closeQuietly,
  connectLocal,
  expectEnd,
  expectText,
  promptEcho,
} from "../support/dialogue.ts";
import { ask, Load } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import type { Service } from "../support/services.ts";
import {
  logged,
  planOf,
  supervise,
  type Supervised,
} from "../support/supervise.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import {
  boom,
  type Crash,
  CRASH_CHANNEL,
  CRASHES,
  crashing,
  type Told,
} from "./fixtures/crashing.ts";

const WORKER = new URL("fixtures/crash_worker.ts", import.meta.url);
/** Connections of each worker that are open and idle when one dies, at least. */
const HELD = 8;
/** How many are opened at a time until it is so. */
const HELD_MORE = 16;
/** Clients that come and go all the time. */
const CLIENTS = 24;

/** Hears from the workers which of them has which connection. */
class Whereabouts implements Disposable {
  /** Workers by the opening of a connection. */
  readonly workers = new Map<string, string>();
  readonly #channel = new BroadcastChannel(CRASH_CHANNEL);

  constructor() {
    this.#channel.onmessage = ({ data }: MessageEvent<Told>) => {
      this.workers.set(data.said, data.worker);
    };
  }

  async of(said: string): Promise<string> {
    return await until(
      `the worker of ${said}`,
      () => this.workers.get(said) ?? null,
    );
  }

  [Symbol.dispose](): void {
    this.#channel.close();
  }
}

/** Serves a target by so many workers that can be made to die. */
async function serve(target: Service, workers: number): Promise<Supervised> {
  const supervised = supervise(WORKER);
  const registry = new Registry([...BUILTINS, crashing(() => {})]);
  const config = {
    ...oneServer({ CRASH: forwardTo(target.address) }) as object,
    workers,
    log: { level: "error" },
  };
  await supervised.control.serve(planOf(config, registry));
  return supervised;
}

/** Says an opening, hears it back, and leaves the connection open. */
async function hold(port: number, nth: number): Promise<Deno.TcpConn> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf(`hold ${nth}\n`));
  await expectText(conn, `target:hold ${nth}\n`);
  return conn;
}

/** Opens connections until both workers have some. */
async function holdInBoth(
  port: number,
  workers: Whereabouts,
): Promise<Deno.TcpConn[]> {
  const held: Deno.TcpConn[] = [];
  return await until("connections in both workers", async () => {
    const first = held.length;
    held.push(
      ...await Promise.all(
        Array.from({ length: HELD_MORE }, (_, i) => hold(port, first + i)),
      ),
    );
    const names = await Promise.all(
      held.map((_, nth) => workers.of(`hold ${nth}`)),
    );
    const byWorker = [...Map.groupBy(names, (name) => name).values()];
    const enough = byWorker.filter(({ length }) => length >= HELD).length;
    return enough === 2 ? held : null;
  });
}

/** Makes the worker that gets the connection die. */
async function crash(port: number, how: Crash): Promise<void> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf(boom(how)));
  await within("the end of the connection", readAll(conn).catch(() => {}));
  conn.close();
}

/** Checks that connections have ended with their worker, or go on to the end. */
async function assertOnlyItsOwn(
  held: readonly Deno.TcpConn[],
  workers: Whereabouts,
  dead: string,
): Promise<void> {
  let [died, lived] = [0, 0];
  for (const [nth, conn] of held.entries()) {
    if (await workers.of(`hold ${nth}`) === dead) {
      await within("the end of a held connection", expectEnd(conn));
      died++;
    } else {
      await writeAll(conn, bytesOf(`still ${nth}`));
      await conn.closeWrite();
      await expectText(conn, `still ${nth}`);
      await expectEnd(conn);
      lived++;
    }
    conn.close();
  }
  assert(died >= HELD && lived >= HELD, `${died} died, ${lived} lived`);
}

for (const how of CRASHES) {
  Deno.test(`crash by ${how}: only the worker's own connections die, and it is replaced`, async () => {
    using workers = new Whereabouts();
    await using target = promptEcho("target");
    await using supervised = await serve(target, 2);
    const port = supervised.port();
    const held = await holdInBoth(port, workers);
    await using load = new Load({
      port,
      parallel: CLIENTS,
      opening: (nth) => `ask ${nth}\n`,
    });
    await load.more(300);
    await crash(port, how);
    const dead = await workers.of(boom(how).trimEnd());
    const [line] = await logged(supervised, "worker crashed");
    assertMatch(
      String(line!["error"]),
      new RegExp(`goes by ${how}\n.*at .*crashing.ts`),
    );
    assertEquals([line!["crashes"], line!["retry_seconds"]], [1, 0.02]);
    await assertOnlyItsOwn(held, workers, dead);
    await load.more(600);
    await load.stop();
    // Of the clients that failed, none was refused, and none was elsewhere.
    const elsewhere = load.failures.filter(({ nth, refused }) =>
      refused || (workers.workers.get(`ask ${nth}`) ?? dead) !== dead
    );
    assertEquals(elsewhere, []);
    assert(load.failures.length <= CLIENTS, `${load.failures.length}`);
    const names = new Set(workers.workers.values());
    assertEquals(names.size, 3, "two workers, and one in the place of one");
    assertEquals(supervised.failures, []);
  });
}

Deno.test("crash: clients that come while there is no worker are served by the next", async () => {
  using workers = new Whereabouts();
  await using target = promptEcho("target");
  await using supervised = await serve(target, 1);
  const port = supervised.port();
  for (const [round, how] of CRASHES.entries()) {
    await crash(port, how);
    const dead = await workers.of(boom(how).trimEnd());
    const said = Array.from({ length: 50 }, (_, i) => `ask ${round}.${i}\n`);
    const names = await within(
      "all that came in the gap",
      Promise.all(said.map((opening) => ask(port, opening))),
    );
    assertEquals(new Set(names), new Set(["target"]));
    for (const opening of said) {
      assertNotEquals(await workers.of(opening.trimEnd()), dead);
    }
  }
  const lines = await logged(supervised, "worker crashed", CRASHES.length);
  assertEquals(
    lines.map((line) => line["retry_seconds"]),
    [0.02, 0.04, 0.08],
  );
});

Deno.test("crash: a detector that throws ends its connection, not its worker", async () => {
  using workers = new Whereabouts();
  await using target = promptEcho("target");
  await using supervised = await serve(target, 1);
  const port = supervised.port();
  const held = await hold(port, 0);
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf(boom("throw")));
  await within("the end of the connection", expectEnd(conn));
  closeQuietly(conn);
  assertEquals(await ask(port, "ask 1\n"), "target");
  await writeAll(held, bytesOf("x"));
  await expectText(held, "x");
  held.close();
  assertEquals(new Set(workers.workers.values()).size, 1);
  assertEquals(supervised.lines, []);
});
