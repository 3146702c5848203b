import { assertEquals } from "@std/assert";
import { leaveSpread, Spread, spreadMemory } from "../../src/proxy/spread.ts";
import { connectLocal } from "../support/dialogue.ts";
import { oneServer, serveConfig } from "../support/passthru.ts";
import { bytesOf, writeAll } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

/** Data planes of a Plan that have so many connections. */
function planes(...open: readonly number[]) {
  const memory = spreadMemory(open.length);
  const all = open.map((count, row) => {
    const spread = new Spread({ memory, row });
    spread.set(count);
    return spread;
  });
  return { memory, all };
}

Deno.test("Spread: who has clearly more connections than another stands back", () => {
  for (
    const [own, other, isAhead] of [
      [0, 0, false],
      [4, 0, false],
      [5, 0, true],
      [16, 8, false],
      [16, 7, true],
      [1_000, 937, false],
      [1_000, 936, true],
      [10, 20, false],
    ] as const
  ) {
    const { all: [first] } = planes(own, other);
    assertEquals(first!.isAhead(), isAhead, `${own} beside ${other}`);
  }
});

Deno.test("Spread: nobody waits for long for one that accepts nothing", () => {
  const { all: [first, second] } = planes(20, 0);
  const standsBack = () => {
    let times = 0;
    while (first!.isAhead()) times++;
    return times;
  };
  assertEquals(standsBack(), 8);
  assertEquals(standsBack(), 0);
  second!.accepted();
  assertEquals(standsBack(), 8);
});

Deno.test("Spread: who does not accept yet, or no more, or is gone, is not waited for", () => {
  const memory = spreadMemory(3);
  const first = new Spread({ memory, row: 0 });
  first.set(100);
  assertEquals(first.isAhead(), false);
  const second = new Spread({ memory, row: 1 });
  assertEquals(first.isAhead(), true);
  second.end();
  assertEquals(first.isAhead(), false);
  new Spread({ memory, row: 2 });
  assertEquals(first.isAhead(), true);
  leaveSpread({ memory, row: 2 });
  assertEquals(first.isAhead(), false);
});

Deno.test("Spread: a server says what it has accepted and what is open, until it stops", async () => {
  const memory = spreadMemory(2);
  const [open, accepted] = [0, 1];
  const words = new Int32Array(memory);
  const before = words[accepted]!;
  const config = oneServer({ SSH: { CATCHALL: { action: "REJECT" } } });
  const proxy = serveConfig(config, { spread: { memory, row: 0 } });
  assertEquals(words[open], 0);
  using _silent = await connectLocal(proxy.port);
  using other = await connectLocal(proxy.port);
  await until("both", () => words[open] === 2 || null);
  assertEquals(words[accepted], before + 2);
  await writeAll(other, bytesOf("SSH-2.0-x\r\n"));
  await proxy.report(1);
  assertEquals([words[open], words[accepted]], [1, before + 2]);
  await proxy.server.stop(0);
  assertEquals(words[open], words[2], "as one that does not accept");
});
