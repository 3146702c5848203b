/** Workers that hang, end without a word or send nonsense are replaced. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { configFile } from "../support/config_file.ts";
import { adminPort } from "../support/admin_client.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import type { Service } from "../support/services.ts";
import { namedEcho } from "../support/services.ts";
import {
  logged,
  planOf,
  supervise,
  type Supervised,
} from "../support/supervise.ts";
import {
  bytesOf,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import {
  ENDINGS,
  MALFORMED,
  misbehaving,
  stallFor,
} from "./fixtures/misbehaving.ts";

const WORKER = new URL("fixtures/misbehaving_worker.ts", import.meta.url);
/** The least that a config may say. */
const STALL_TIMEOUT = "1s";
/** Much longer than that. */
const STALL_MS = 4_000;
/** Longer than a busy machine holds up a worker that does not stand still. */
const LONG_TIMEOUT = "20s";

async function serve(
  target: Service,
  workers: number,
  stallTimeout = LONG_TIMEOUT,
): Promise<Supervised> {
  const supervised = supervise(WORKER, { isCounted: () => true });
  const registry = new Registry([...BUILTINS, misbehaving()]);
  const config = {
    ...oneServer({ FAULT: forwardTo(target.address) }) as object,
    workers,
    stall_timeout: stallTimeout,
    log: { level: "error" },
  };
  await supervised.control.serve(planOf(config, registry));
  return supervised;
}

/** Sends an opening and leaves the connection to its fate. */
async function say(port: number, opening: string): Promise<Deno.TcpConn> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf(opening));
  return conn;
}

/**
 * Clients that behave are answered, once the lost worker is gone: until then it
 * may take one along.
 */
async function assertServes(port: number): Promise<void> {
  await until("an answer", async () => {
    const conn = await say(port, "ask\n");
    const answer = await readExactly(conn, "target:ask\n".length)
      .then(textOf, () => "");
    conn.close();
    return answer === "target:ask\n" ? true : null;
  });
}

for (const ending of ENDINGS) {
  Deno.test(`worker: one that ends itself (${ending}) is noticed and replaced`, async () => {
    await using target = promptEcho("target");
    await using supervised = await serve(target, 1);
    const port = supervised.port();
    const conn = await say(port, `${ending}\n`);
    const [line] = await logged(supervised, "worker ended");
    assertMatch(
      String(line!["error"]),
      /^It called self\.close\(\) or Deno\.exit\(\)$/,
    );
    await assertServes(port);
    await within("the end of its connection", readAll(conn).catch(() => {}));
    conn.close();
    assertEquals(supervised.failures, []);
  });
}

for (const message of MALFORMED) {
  Deno.test(`worker: a message that is none (${message}) costs only its worker`, async () => {
    await using target = promptEcho("target");
    await using supervised = await serve(target, 1);
    const port = supervised.port();
    const conn = await say(port, `send ${message}\n`);
    const [line] = await logged(supervised, "worker crashed");
    assertMatch(String(line!["error"]), /^Cannot take the message of a worker/);
    await assertServes(port);
    conn.close();
    assertEquals(supervised.failures, []);
  });
}

Deno.test("worker: one whose event loop stands still is reported with what it does, and replaced", async () => {
  await using target = promptEcho("target");
  await using supervised = await serve(target, 1, STALL_TIMEOUT);
  const { control } = supervised;
  const port = supervised.port();
  const conn = await say(port, stallFor(STALL_MS));
  const [line] = await logged(supervised, "worker stalled");
  assertMatch(
    String(line!["error"]),
    /^Its event loop is blocked for [1-3]\.\d s: identifying connection 1$/,
  );
  // It is still asleep.
  await assertServes(port);
  assertEquals(control.planes.states.map(({ state }) => state), ["serving"]);
  await within("the end of its connection", readAll(conn).catch(() => {}));
  conn.close();
});

Deno.test("worker: while one stands still, clients are served by the other", async () => {
  await using target = promptEcho("target");
  // The other has this time to serve, however busy the machine is.
  await using supervised = await serve(target, 2, "3s");
  const port = supervised.port();
  const conn = await say(port, stallFor(2 * STALL_MS));
  await until("the worker to stand still", () => {
    const [first, second] = supervised.control.planes.states;
    return first!.connections + second!.connections > 0 ? true : null;
  });
  await assertServes(port);
  assertEquals(supervised.lines, []);
  await logged(supervised, "worker stalled");
  await within("the end of its connection", readAll(conn).catch(() => {}));
  conn.close();
});

Deno.test("worker: one that only sleeps for less than stall_timeout stays", async () => {
  await using target = promptEcho("target");
  await using supervised = await serve(target, 1);
  const opening = stallFor(1_500);
  const conn = await say(supervised.port(), opening);
  await expectText(conn, `target:${opening}`);
  conn.close();
  assertEquals(supervised.lines, []);
});

/** A detector module with an opening at which it never answers. */
const ENDLESS = `
const NO = { kind: "no" };
export default {
  name: "ENDLESS",
  summary: "Never answers",
  maxBytes: 8,
  rules: {},
  detect(view) {
    if (view[0] !== 0x21) return NO;
    for (;;);
  },
};
`;

Deno.test("worker: one in an endless loop of a detector module is replaced, and its thread is reported", async () => {
  await using echo = namedEcho("echo");
  await using file = await configFile();
  await Deno.writeTextFile(`${file.folder}/endless.ts`, ENDLESS);
  await using passthru = await startPassthru({
    version: "v1.0.0",
    detectors: { ENDLESS: { module: "./endless.ts" } },
    servers: {
      "127.0.0.1:0": {
        ENDLESS: forwardTo(echo.address),
        CATCHALL: forwardTo(echo.address),
      },
    },
    admin: { listen: "127.0.0.1:0" },
    workers: 1,
    stall_timeout: STALL_TIMEOUT,
  }, { file: file.path });
  const [port] = passthru.ports as [number];
  using conn = await say(port, "!");
  const stalled = await passthru.line(({ msg }) => msg === "worker stalled");
  assertMatch(
    String(stalled["error"]),
    /: identifying connection \d+ by detector "ENDLESS"$/,
  );
  assertEquals(await ask(port, "x"), "echo");
  assert(conn);
  await passthru.line(({ msg }) => String(msg).startsWith("worker cannot be"));
  const admin = await adminPort(passthru);
  const response = await fetch(`http://127.0.0.1:${admin}/api/state`);
  const state = await response.json();
  assertEquals([state.crashes, state.blocked_workers], [1, 1]);
  // Even so it ends in order.
  passthru.kill("SIGTERM");
  assertEquals(await within("the stop", passthru.exit), 0);
});
