/** Targets of a list that do not answer are left alone for a while. */
import { assertEquals } from "@std/assert";
import {
  serveDatagrams,
  type TestDatagrams,
  udpEcho,
  UdpEnd,
} from "../support/datagrams.ts";
import { until } from "../support/wait.ts";
import { hex } from "../support/wire.ts";

/** A DNS query for the root. */
const QUERY = hex("1234 0100 0001 0000 0000 0000 00 0001 0001");
/** A flow ends after its target has had time to answer. */
const TIMES = { connect_timeout: "100ms", idle_timeout: "400ms" };

/** Serves a protocol with a list of targets. */
function serveList(
  protocol: string,
  targets: readonly string[],
): TestDatagrams {
  const route = { action: "FORWARD", to_addr: targets, name: "site" };
  return serveDatagrams({ [protocol]: { CATCHALL: route } }, {
    more: { defaults: TIMES },
  });
}

/** Asks from so many new ports. To be disposed of in the end. */
async function ask(port: number, times: number): Promise<DisposableStack> {
  const clients = new DisposableStack();
  for (let i = 0; i < times; i++) {
    await clients.use(new UdpEnd()).send(QUERY, port);
  }
  return clients;
}

/** The lines about targets, without time and level. */
function targetLines({ log }: TestDatagrams): string[] {
  return log().split("\n").filter((line) => line.includes(" target "))
    .map((line) => line.replace(/^\S+ \S+ +/, ""));
}

Deno.test("silent targets: one that answers none of three flows is left alone", async () => {
  await using echo = udpEcho("echo");
  using silent = new UdpEnd();
  await using plane = serveList("DNS", [silent.text, echo.text]);
  using _first = await ask(plane.port, 6);
  await until("the target to be down", () => targetLines(plane)[0] ?? null);
  const before = echo.received;
  using _second = await ask(plane.port, 6);
  await until(
    "the other to get all",
    () => echo.received === before + 6 || null,
  );
  assertEquals(targetLines(plane), [
    `target down target=${silent.text} upstream=site why="3 flows in a row failed: no answer" targets_up=1 connections=3 retry_seconds=5`,
  ]);
});

Deno.test("silent targets: one that answers anybody meanwhile is up", async () => {
  await using echo = udpEcho("echo");
  using choosy = new UdpEnd();
  await using plane = serveList("DNS", [choosy.text, echo.text]);
  using _clients = await ask(plane.port, 12);
  for (let i = 0; i < 5; i++) await choosy.next();
  await choosy.send("answer", (await choosy.next()).from);
  await plane.report(12);
  assertEquals(targetLines(plane), []);
});

Deno.test("silent targets: what no answer is due to says nothing", async () => {
  using one = new UdpEnd();
  using two = new UdpEnd();
  await using plane = serveList("CATCHALL", [one.text, two.text]);
  using _clients = await ask(plane.port, 12);
  await plane.report(12);
  assertEquals(targetLines(plane), []);
});

Deno.test("silent targets: a target that is alone is never left alone", async () => {
  using only = new UdpEnd();
  await using plane = serveList("DNS", [only.text]);
  using _clients = await ask(plane.port, 6);
  await plane.report(6);
  assertEquals(targetLines(plane), []);
});

Deno.test("silent targets: when all are down all are asked, and one that answers is up", async () => {
  using one = new UdpEnd();
  using two = new UdpEnd();
  await using plane = serveList("DNS", [one.text, two.text]);
  using _clients = await ask(plane.port, 6);
  await until("both to be down", () => targetLines(plane)[1] ?? null);
  await plane.report(6);
  for (let i = 0; i < 3; i++) await one.next();
  using _more = await ask(plane.port, 4);
  for (let i = 0; i < 2; i++) {
    await one.send("answer", (await one.next()).from);
  }
  await until("one to be up", () => targetLines(plane)[2] ?? null);
  const up = targetLines(plane)[2]!;
  assertEquals(
    up.slice(0, up.indexOf(" connections=")),
    `target up target=${one.text} upstream=site why="2 flows in a row reached it" targets_up=1`,
  );
});
