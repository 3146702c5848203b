/** Workers and the targets that they are told of. */
import { assertEquals } from "@std/assert";
import { WORKER_URL } from "../../src/cli/isolation.ts";
import { ProcessMemory } from "../../src/control/process_memory.ts";
import { workerPlanes } from "../../src/control/worker_plane.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { connectLocal } from "../support/dialogue.ts";
import { dnsAnswering } from "../support/dns_server.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { oneServer } from "../support/passthru.ts";
import { namedEcho, service } from "../support/services.ts";
import { logged, planOf, supervise } from "../support/supervise.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import { boom, crashing } from "./fixtures/crashing.ts";

const CRASHING = new URL("fixtures/crash_worker.ts", import.meta.url);

function action(...within: readonly string[]): unknown {
  return { action: "FORWARD", to_addr: "srv:_app._tcp.svc.test", within };
}

Deno.test("srv: a worker that is told of a target outside within cannot dial it", async () => {
  let reached = 0;
  await using victim = service(() => Promise.resolve(void reached++));
  await using allowed = namedEcho("allowed");
  const [port] = freePorts(1) as [number];
  const plan = planOf({
    version: "v1.0.0",
    servers: {
      [`127.0.0.1:${port}`]: {
        CATCHALL: { CATCHALL: action(allowed.address) },
      },
    },
    log: { level: "error" },
  }, new Registry(BUILTINS));
  const told = (port: number) => ({
    service: 0,
    targets: [{
      target: {
        kind: "address" as const,
        address: {
          text: `127.0.0.1:${port}`,
          hostname: "127.0.0.1",
          port,
        },
        weight: 1,
        backup: false,
      },
      slot: 0,
      tier: 0,
    }],
  });
  const plane = workerPlanes(WORKER_URL)(plan, {
    process: new ProcessMemory(),
    targets: new TargetBoard(plan, 1).share(0),
    found: [told(victim.port)],
  });
  await plane.ready;
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf("hello"));
  assertEquals((await readAll(conn)).length, 0);
  conn.close();
  assertEquals(reached, 0);
  // What it is told later counts from then on.
  plane.update(told(allowed.port));
  await until("the target that it may dial", async () => {
    const answer = await ask(port, "hello").catch(() => null);
    return answer === "allowed" ? true : null;
  });
  await plane.stop(0);
});

Deno.test("srv: a worker that replaces a crashed one has the targets, although DNS is down", async () => {
  await using target = namedEcho("found");
  const dns = dnsAnswering((question) => ({
    answers: [{
      type: "SRV",
      name: question.name,
      ttl: 1,
      data: { priority: 0, weight: 0, port: target.port, target: "127.0.0.1" },
    }],
  }));
  const registry = new Registry([...BUILTINS, crashing(() => {})]);
  await using supervised = supervise(CRASHING);
  try {
    await supervised.control.serve(planOf({
      ...oneServer({ CRASH: { CATCHALL: action("127.0.0.0/8") } }) as object,
      resolver: dns.address,
      workers: 1,
      log: { level: "error" },
    }, registry));
    assertEquals(await ask(supervised.port(), "ask 1\n"), "found");
  } finally {
    await dns[Symbol.asyncDispose]();
  }
  await logged(supervised, "no DNS answer");
  const conn = await connectLocal(supervised.port());
  await writeAll(conn, bytesOf(boom("timer")));
  await within("the crash", readAll(conn).catch(() => {}));
  conn.close();
  assertEquals(await ask(supervised.port(), "ask 2\n"), "found");
  await logged(supervised, "worker crashed");
});
