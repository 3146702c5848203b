/** Watching an engine: events, and an engine that goes away or answers badly. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { EngineClient } from "../../src/containers/engine_client.ts";
import { readEvent } from "../../src/containers/engine_event.ts";
import { LineSplitter } from "../../src/containers/line_splitter.ts";
import { Pending } from "../../src/containers/pending.ts";
import {
  ContainerWatcher,
  type WatcherTimes,
} from "../../src/containers/watcher.ts";
import { PassthruError } from "../../src/errors.ts";
import { Logger } from "../../src/observe/log.ts";
import { containerId } from "../support/containers.ts";
import { tempFolder } from "../support/daemon.ts";
import { FakeEngine } from "../support/fake_engine.ts";
import { until } from "../support/wait.ts";

const RULE = { labels: { "passthru.rule": "TLS SNI a.example" } };

/** A watcher of a fake engine, for as long as a test takes. */
async function watching(
  use: (parts: {
    readonly engine: FakeEngine;
    readonly watcher: ContainerWatcher;
    readonly log: () => string;
  }) => Promise<void>,
  times: Partial<WatcherTimes> = {},
): Promise<void> {
  await using folder = await tempFolder();
  await using engine = new FakeEngine(`${folder.path}/engine.sock`);
  let text = "";
  const logger = new Logger({ write: (lines) => text += lines });
  const watcher = new ContainerWatcher({
    socket: engine.socket,
    logger,
    onChange: () => {},
    times: { retryMs: 10, againMs: 100, listMs: 60_000, ...times },
  });
  const stopped = new AbortController();
  const running = watcher.run(stopped.signal);
  const log = () => {
    logger.flush();
    return text;
  };
  try {
    await until("the first list", () => watcher.isKnown || null);
    await use({ engine, watcher, log });
  } finally {
    stopped.abort();
    await running;
    await logger.end(100);
  }
}

/** Waits until the watcher knows these containers alone. */
async function knows(watcher: ContainerWatcher, ...numbers: number[]) {
  const wanted = numbers.map(containerId).sort().join();
  await until(
    `the containers ${numbers}`,
    () =>
      watcher.containers.map(({ id }) => id).sort().join() === wanted || null,
  );
}

Deno.test("watcher: containers come, change and go", async () => {
  await watching(async ({ engine, watcher }) => {
    engine.start(1, RULE);
    await knows(watcher, 1);
    engine.start(2, RULE);
    engine.start(3);
    await knows(watcher, 1, 2);
    engine.put(1, { ...RULE, name: "renamed", health: "unhealthy" });
    engine.tell("rename", 1);
    await until(
      "the name",
      () =>
        watcher.containers.some(({ name, health }) =>
          name === "renamed" && health === "unhealthy"
        ) || null,
    );
    engine.put(2, { ...RULE, paused: true });
    engine.tell("pause", 2);
    await knows(watcher, 1);
    engine.stop(1);
    await knows(watcher);
  });
});

Deno.test("watcher: what an engine tells too early is found a moment later", async () => {
  await watching(async ({ engine, watcher }) => {
    engine.start(1, { ...RULE, health: "starting" });
    await knows(watcher, 1);
    // Podman tells of the check before it has its result.
    const asked = engine.asked.length;
    engine.tell("health_status", 1);
    await until("a look", () => engine.asked.length > asked || null);
    engine.put(1, { ...RULE, health: "healthy" });
    await until(
      "the result",
      () => watcher.containers[0]?.health === "healthy" || null,
    );
  });
});

Deno.test("watcher: what happened unseen is found by the list", async () => {
  await watching(async ({ engine, watcher }) => {
    engine.put(1, RULE);
    engine.put(2, RULE);
    await knows(watcher, 1, 2);
    engine.put(3, { ...RULE, running: false });
    engine.put(1, { ...RULE, networks: { other: "10.88.9.9" } });
    await until(
      "the address",
      () =>
        watcher.containers.some(({ networks }) =>
          networks[0]?.addresses[0] === "10.88.9.9"
        ) || null,
    );
    await knows(watcher, 1, 2);
  }, { listMs: 50 });
});

Deno.test("watcher: the last of many networks is seen in the list, too", async () => {
  const networks = (last: string) => ({
    ...Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`network-${i}`, `10.88.0.${i}`]),
    ),
    last,
  });
  await watching(async ({ engine, watcher }) => {
    engine.put(1, { ...RULE, networks: networks("10.88.9.8") });
    await knows(watcher, 1);
    engine.put(1, { ...RULE, networks: networks("10.88.9.9") });
    await until(
      "the address",
      () =>
        watcher.containers[0]?.networks.at(-1)?.addresses[0] === "10.88.9.9" ||
        null,
    );
  }, { listMs: 50 });
});

Deno.test("watcher: an engine that goes away keeps its containers and comes back", async () => {
  await watching(async ({ engine, watcher, log }) => {
    engine.start(1, RULE);
    await knows(watcher, 1);
    await engine.leave();
    await until(
      "the warning",
      () => log().includes("no answer from the container engine") || null,
    );
    assertEquals(watcher.containers.length, 1);
    engine.put(2, RULE);
    engine.listen();
    await knows(watcher, 1, 2);
    engine.dropEvents();
    engine.put(3, RULE);
    await knows(watcher, 1, 2, 3);
    engine.stop(1);
    await knows(watcher, 2, 3);
  });
});

Deno.test("watcher: an engine that says nothing is told once, and asked again", async () => {
  await watching(async ({ engine, watcher, log }) => {
    engine.start(1, RULE);
    await knows(watcher, 1);
    const held: (() => void)[] = [];
    engine.intercept = () =>
      new Promise((resolve) =>
        held.push(() => resolve(new Response("", { status: 500 })))
      );
    await until("two attempts", () => held.length > 3 || null);
    assertEquals(log().split("no answer from").length, 2, log());
    assertEquals(watcher.containers.length, 1);
    engine.intercept = null;
    for (const answer of held) answer();
    engine.put(2, RULE);
    await knows(watcher, 1, 2);
  }, { timeoutMs: 100, listMs: 50 });
});

Deno.test("watcher: one container that cannot be looked at stays as it was", async () => {
  await watching(async ({ engine, watcher, log }) => {
    engine.start(1, RULE);
    await knows(watcher, 1);
    engine.intercept = (path) =>
      path.includes(containerId(1))
        ? Response.json({ message: "broken" }, { status: 500 })
        : null;
    engine.tell("update", 1);
    engine.start(2, RULE);
    await knows(watcher, 1, 2);
    await until(
      "the warning",
      () =>
        log().includes("cannot look at a container id=000000000001") || null,
    );
  });
});

Deno.test("watcher: one container that cannot be looked at from the start is found by the list", async () => {
  await using folder = await tempFolder();
  await using engine = new FakeEngine(`${folder.path}/engine.sock`);
  engine.put(1, RULE);
  engine.put(2, RULE);
  const isBroken = (path: string) => path.includes(containerId(1));
  engine.intercept = (path) =>
    isBroken(path) ? new Response("{}", { status: 500 }) : null;
  const watcher = new ContainerWatcher({
    socket: engine.socket,
    logger: new Logger({ write: () => {} }),
    onChange: () => {},
    times: { listMs: 50 },
  });
  const stopped = new AbortController();
  const running = watcher.run(stopped.signal);
  try {
    await knows(watcher, 2);
    const asked = () => engine.asked.filter(isBroken).length;
    const before = asked();
    await until("another look", () => asked() > before || null);
    engine.intercept = null;
    await knows(watcher, 1, 2);
  } finally {
    stopped.abort();
    await running;
  }
});

Deno.test("watcher: labels of any size leave the other containers alone", async () => {
  const huge = (bytes: number) => ({
    labels: { "passthru.rule": "x".repeat(bytes) },
  });
  await watching(async ({ engine, watcher, log }) => {
    // More than the answer about one container may have.
    engine.put(1, huge(17 * 1024 * 1024));
    engine.put(2, huge(10 * 1024 * 1024));
    engine.put(3, RULE);
    await knows(watcher, 2, 3);
    await until(
      "the warning",
      () =>
        log().includes("cannot look at a container id=000000000001") || null,
    );
    const [two] = watcher.containers.filter(({ id }) => id === containerId(2));
    assertEquals(two?.labels.get("rule"), null);
    engine.start(4, RULE);
    await knows(watcher, 2, 3, 4);
  }, { listMs: 300 });
});

Deno.test("watcher: lists that are cut off change nothing", async () => {
  await watching(async ({ engine, watcher }) => {
    engine.put(1, RULE);
    await knows(watcher, 1);
    let broken = 0;
    engine.intercept = (path) => {
      if (path !== "/containers/json") return null;
      broken++;
      return new Response('[{"Id":"');
    };
    await until("broken lists", () => broken > 2 || null);
    assertEquals(watcher.containers.length, 1);
    engine.intercept = null;
    engine.put(2, RULE);
    await knows(watcher, 1, 2);
  }, { listMs: 50 });
});

Deno.test("watcher: a flood of events takes few lists and answers", async () => {
  await watching(async ({ engine, watcher }) => {
    for (let number = 1; number <= 50; number++) engine.put(number, RULE);
    const before = engine.asked.length;
    for (let round = 0; round < 200; round++) {
      for (let number = 1; number <= 50; number++) engine.tell("kill", number);
    }
    engine.start(51, RULE);
    await until("all", () => watcher.containers.length === 51 || null);
    const asked = engine.asked.length - before;
    assert(asked < 2_000, `10 000 events took ${asked} requests`);
  });
});

Deno.test("watcher: an event takes a look at one container, of 1000 too", async () => {
  await watching(async ({ engine, watcher }) => {
    for (let number = 1; number <= 1_000; number++) engine.put(number, RULE);
    engine.dropEvents();
    await until("all", () => watcher.containers.length === 1_000 || null);
    await until("the stream of events", () => engine.listeners > 0 || null);
    const before = engine.asked.length;
    engine.start(1_001, RULE);
    await until(
      "the new one",
      () => watcher.containers.length === 1_001 || null,
    );
    const asked = engine.asked.slice(before);
    assertEquals(
      new Set(asked),
      new Set([
        `/containers/${containerId(1_001)}/json`,
      ]),
    );
  });
});

Deno.test("watcher: events that cannot be read are survived", async () => {
  await watching(async ({ engine, watcher }) => {
    for (
      const line of [
        "",
        "{",
        "null",
        "[]",
        '{"Type":"container","Action":"start","Actor":null}',
        '{"Type":"container","Action":"start","Actor":{"ID":"../x"}}',
      ]
    ) engine.tellLine(line);
    engine.put(1, RULE);
    // An event with all labels of its container.
    engine.tellLine(JSON.stringify({ x: "y".repeat(2 * 1024 * 1024) }));
    await knows(watcher, 1);
    engine.start(2, RULE);
    await knows(watcher, 1, 2);
  });
});

Deno.test("engine: answers of no use are errors, not crashes", async () => {
  await using folder = await tempFolder();
  await using engine = new FakeEngine(`${folder.path}/engine.sock`);
  using client = new EngineClient({ socket: engine.socket, timeoutMs: 5_000 });
  const refused = async (response: () => Response, code: string) => {
    engine.intercept = response;
    const error = await assertRejects(() => client.list(), PassthruError);
    assertEquals(error.code, code, error.message);
  };
  await refused(() => new Response("<html>"), "engine_answer");
  await refused(() => Response.json({}), "engine_answer");
  await refused(() => new Response("no", { status: 500 }), "engine_answer");
  for (const version of [null, [], { ApiVersion: {}, Components: [null] }]) {
    engine.intercept = () => Response.json(version);
    const error = await assertRejects(() => client.connect(), PassthruError);
    assertEquals(error.code, "engine_answer", error.message);
  }
  engine.intercept = () => Response.json([null, 5, "x", { Id: {} }]);
  assertEquals(await client.list(), []);
  await engine.leave();
  const error = await assertRejects(() => client.list(), PassthruError);
  assertEquals(error.code, "engine_away");
});

Deno.test("engine: which version of the API is used", async () => {
  await using folder = await tempFolder();
  await using engine = new FakeEngine(`${folder.path}/engine.sock`);
  using client = new EngineClient({ socket: engine.socket });
  for (
    const [newest, used] of [["1.24", "1.24"], ["1.41", "1.41"], [
      "1.52",
      "1.44",
    ]]
  ) {
    engine.intercept = () => Response.json({ ApiVersion: newest });
    assertEquals((await client.connect()).apiVersion, used);
  }
  engine.intercept = () => Response.json({ Version: "5" });
  await assertRejects(() => client.connect(), PassthruError, "no version");
});

Deno.test("engine: events of Docker and of Podman", () => {
  const id = containerId(1);
  const event = (fields: object) => readEvent(JSON.stringify(fields));
  const labels = { "passthru.rule": "SSH" };
  assertEquals(
    event({
      Type: "container",
      Action: "health_status: healthy",
      Actor: { ID: id, Attributes: labels },
    }),
    { id, labelled: true },
  );
  // Docker: the network is the actor. Podman: the container is.
  const network = { Type: "network", Action: "connect" };
  const docker = { ID: "f".repeat(64), Attributes: { container: id } };
  const podman = { ID: id, Attributes: { name: "web" } };
  assertEquals(event({ ...network, Actor: docker }), { id, labelled: null });
  assertEquals(event({ ...network, Actor: podman }), { id, labelled: null });
  // What Podman says when it lists containers, and Docker at each check.
  for (const Action of ["sync", "exec_die", "exec_create: x", "attach", 5]) {
    const actor = { ID: id, Attributes: labels };
    assertEquals(event({ Type: "container", Action, Actor: actor }), null);
  }
});

Deno.test("lines: cut anywhere, none longer than the limit", () => {
  const text = new TextEncoder().encode("ab\n\nüx\n" + "y".repeat(9) + "\nz\n");
  for (let size = 1; size <= text.length; size++) {
    const splitter = new LineSplitter(8);
    const lines: (string | null)[] = [];
    for (let at = 0; at < text.length; at += size) {
      lines.push(...splitter.push(text.slice(at, at + size)));
    }
    assertEquals(lines, ["ab", "", "üx", null, "z"], `${size}`);
  }
});

Deno.test("pending: many containers become all", async () => {
  const pending = new Pending();
  pending.add(["a", "b"]);
  pending.add(["b"]);
  assertEquals(pending.take(), ["a", "b"]);
  assertEquals(pending.take(), []);
  const some = pending.some();
  for (let i = 0; i < 2_000; i++) pending.add([String(i)]);
  await some;
  assertEquals(pending.take(), "all");
});
