import { assert, assertEquals } from "@std/assert";
import { targetText } from "../../src/config/targets.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { HealthWord, TargetMemory } from "../../src/upstream/target_memory.ts";
import { targetTable } from "../../src/upstream/target_table.ts";
import {
  forwardPlan,
  listenersOf,
  memoriesOf,
  targetPlan,
} from "../support/target_plan.ts";

const TWO = forwardPlan([targetPlan(1), targetPlan(2)]);

Deno.test("targetTable(): the same address and health share a slot, upstreams do not", () => {
  const health = { intervalMs: 1, timeoutMs: 1, fall: 1, rise: 1 };
  const { slots, upstreams } = targetTable(listenersOf(
    TWO,
    forwardPlan([targetPlan(2, { weight: 5 }), targetPlan(3)]),
    forwardPlan([targetPlan(2)], { health, name: "checked" }),
  ));
  assertEquals(
    slots.map(({ target, health, upstreams }) => [
      targetText(target),
      health,
      upstreams,
    ]),
    [
      ["10.0.0.1:443", null, [0]],
      ["10.0.0.2:443", null, [0, 1]],
      ["10.0.0.3:443", null, [1]],
      ["10.0.0.2:443", health, [2]],
    ],
  );
  assertEquals(
    upstreams.map(({ name, slots }) => [name, slots]),
    [
      [":1 CATCHALL/CATCHALL", [0, 1]],
      [":2 CATCHALL/CATCHALL", [1, 2]],
      ["checked", [3]],
    ],
  );
});

Deno.test("TargetMemory: connections of all planes count, tickets are given once", () => {
  const [one, two] = memoriesOf(listenersOf(TWO, TWO), 2);
  assert(one && two);
  one.count(0, 1);
  two.count(0, 1);
  two.count(0, 1);
  two.count(1, 1);
  assertEquals([one.connections(0), one.connections(1)], [3, 1]);
  two.count(0, -1);
  one.count(0, -1);
  assertEquals([two.connections(0), two.connections(1)], [1, 1]);
  assertEquals(
    [one.ticket(0), two.ticket(0), one.ticket(1), one.ticket(0)],
    [0, 1, 0, 2],
  );
});

Deno.test("TargetBoard: the connections of a plane that dies go with it, and it can change nothing", () => {
  const plan = listenersOf(TWO);
  const table = targetTable(plan);
  const board = new TargetBoard(plan, 2);
  const lives = new TargetMemory(table, board.share(0));
  const dies = new TargetMemory(table, board.share(1));
  lives.count(1, 1);
  for (let i = 0; i < 5; i++) dies.count(1, 1);
  assertEquals(lives.connections(1), 6);
  board.retire(1);
  assertEquals(lives.connections(1), 1);
  const next = new TargetMemory(table, board.share(1));
  next.count(1, 1);
  // What is left of the dead one ends its connections.
  for (let i = 0; i < 5; i++) dies.count(1, -1);
  dies.count(0, 1);
  assertEquals([lives.connections(0), lives.connections(1)], [0, 2]);
});

Deno.test("TargetBoard: a row can be retired more often than its number has bits", () => {
  const plan = listenersOf(TWO);
  const board = new TargetBoard(plan, 1);
  for (let i = 0; i < 511; i++) board.retire(0);
  const memory = new TargetMemory(targetTable(plan), board.share(0));
  memory.count(0, 1);
  assertEquals(memory.connections(0), 1);
});

Deno.test("TargetBoard: a new Plan takes over what is known of the targets that stay", () => {
  const before = listenersOf(TWO);
  const after = listenersOf(forwardPlan([targetPlan(3), targetPlan(2)]));
  const board = new TargetBoard(before, 1);
  const old = new TargetMemory(targetTable(before), board.share(0));
  for (const slot of [0, 1]) {
    Atomics.store(...old.word(slot, HealthWord.down), slot + 1);
    Atomics.store(...old.time(slot), BigInt(slot + 77));
    old.count(slot, 1);
  }
  const next = new TargetBoard(after, 3);
  next.adopt(board);
  const memory = new TargetMemory(targetTable(after), next.share(2));
  const known = [0, 1].map((slot) => [
    Atomics.load(...memory.word(slot, HealthWord.down)),
    Number(Atomics.load(...memory.time(slot))),
    memory.connections(slot),
  ]);
  assertEquals(known, [[0, 0, 0], [2, 78, 0]]);
});

Deno.test("TargetBoard: a Plan without targets is fine", () => {
  const board = new TargetBoard({ listeners: [] }, 4);
  board.retire(3);
  board.adopt(new TargetBoard({ listeners: [] }, 1));
  assertEquals(board.share(3).memory.byteLength, 0);
});

Deno.test("targets: one address by TCP and by UDP is two targets", () => {
  const { listeners } = listenersOf(
    forwardPlan([targetPlan(1)]),
    forwardPlan([targetPlan(1)]),
  );
  assertEquals(targetTable({ listeners }).slots.length, 1);
  const [first, second] = listeners;
  const udp = { ...second!, transport: "udp" as const };
  assertEquals(targetTable({ listeners: [first!, udp] }).slots.length, 2);
});
