import { assert, assertEquals, assertNotEquals } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import {
  type ClientKey,
  clientMemory,
  ClientTable,
  reclaimClients,
  slotsIn,
} from "../../../src/proxy/limits/client_table.ts";

/** A table of so many sets of 16, and what is held of it. */
function tableOf(sets: number) {
  const memory = clientMemory(sets);
  const held = new Int32Array(slotsIn(memory));
  return { memory, held, table: new ClientTable(memory, held) };
}

/** A client of the first set. */
function client(tag: number): ClientKey {
  return { set: 0, tag };
}

/** Takes that must succeed. */
function take(table: ClientTable, key: ClientKey, most = 100, now = 0): number {
  const slot = table.take(key, most, now);
  assert(slot !== null);
  return slot;
}

Deno.test("ClientTable: counts up to the limit, and again after a give", () => {
  const { table } = tableOf(1);
  const slots = [1, 2, 3].map(() => take(table, client(7), 3));
  assertEquals(new Set(slots).size, 1);
  assertEquals(table.take(client(7), 3, 0), null);
  assertNotEquals(take(table, client(8), 3), slots[0]);
  table.give(slots[0]!);
  take(table, client(7), 3);
  assertEquals(table.take(client(7), 3, 0), null);
});

Deno.test("ClientTable: a lower limit lets nobody in until there are fewer", () => {
  const { table } = tableOf(1);
  const slots = [1, 2, 3].map(() => take(table, client(7), 3));
  for (const slot of slots.slice(0, 2)) {
    assertEquals(table.take(client(7), 1, 0), null);
    table.give(slot);
  }
  assertEquals(table.take(client(7), 1, 0), null);
  table.give(slots[2]!);
  take(table, client(7), 1);
});

Deno.test("ClientTable: in any order of comings and goings it counts as a map does", () => {
  // Of 16 clients, each has an entry of its own even in a table of one set.
  const step = fc.record({ tag: fc.nat(15), give: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const { table, held } = tableOf(1);
    const open = new Map<number, number[]>();
    for (const { tag, give } of steps) {
      const slots = open.get(tag) ?? [];
      open.set(tag, slots);
      if (give) {
        const slot = slots.pop();
        if (slot !== undefined) table.give(slot);
        continue;
      }
      const slot = table.take(client(tag), 3, 0);
      assertEquals(slot === null, slots.length === 3);
      if (slot !== null) slots.push(slot);
    }
    const total = [...open.values()].flat().length;
    assertEquals(held.reduce((sum, n) => sum + n, 0), total);
  }));
});

Deno.test("ClientTable: with more clients than entries nobody has more than the limit", () => {
  const most = 3;
  const step = fc.record({
    tag: fc.nat(40),
    give: fc.boolean(),
    nth: fc.nat(1_000),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
    const { table, held } = tableOf(1);
    const open: { tag: number; slot: number }[] = [];
    for (const { tag, give, nth } of steps) {
      if (give && open.length > 0) {
        const [gone] = open.splice(nth % open.length, 1);
        table.give(gone!.slot);
        continue;
      }
      const slot = table.take(client(tag), most, 0);
      if (slot !== null) open.push({ tag, slot });
      // An entry never has more, whoever shares it.
      assert(held.every((count) => count >= 0 && count <= most));
    }
    for (const { slot } of open) table.give(slot);
    assert(held.every((count) => count === 0));
    for (let tag = 100; tag < 116; tag++) {
      for (let i = 0; i < most; i++) take(table, client(tag), most);
    }
  }));
});

Deno.test("ClientTable: a full set keeps its limits too strictly, not too loosely", () => {
  const { table } = tableOf(1);
  for (let tag = 0; tag < 16; tag++) take(table, client(tag), 2);
  const slot = take(table, client(16), 2);
  // It has one connection, and shares the entry with a client that has one.
  assertEquals(table.take(client(16), 2, 0), null);
  const full = Array.from({ length: 16 }, (_, tag) => tag)
    .filter((tag) => table.take(client(tag), 2, 0) === null);
  assertEquals(full.length, 1);
  table.give(slot);
  take(table, client(16), 2);
});

Deno.test("ClientTable: an entry is taken over only without connections and recent arrivals", () => {
  const { table } = tableOf(1);
  const slots = Array.from(
    { length: 16 },
    (_, tag) => take(table, client(tag), 9, 1_000),
  );
  assertEquals(new Set(slots).size, 16);
  assert(table.arrive(slots[3]!, 1, 1_000));
  table.give(slots[3]!);
  // Its second is not over: a new client shares with somebody.
  const shared = take(table, client(60), 9, 1_999);
  assertNotEquals(shared, slots[3]);
  table.give(shared);
  assertEquals(take(table, client(60), 9, 2_000), slots[3]);
});

Deno.test("ClientTable: memory is bounded, and clients of other sets are apart", () => {
  const { table, memory } = tableOf(4);
  assertEquals(memory.byteLength, 8 + 4 * 16 * 16);
  const slots = [0, 1, 2, 3, 4].map((set) => take(table, { set, tag: 1 }, 2));
  assertEquals(new Set(slots).size, 4);
  assertEquals(slots[4], slots[0], "the fifth set is the first");
  assertEquals(clientMemory().byteLength, 2 * 1024 * 1024 + 8);
});

Deno.test("ClientTable: tags of all 32 bits are told apart", () => {
  const { table } = tableOf(1);
  const tags = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff];
  assertEquals(new Set(tags.map((tag) => take(table, client(tag), 1))).size, 5);
  for (const tag of tags) assertEquals(table.take(client(tag), 1, 0), null);
});

Deno.test("arrive(): a burst of a second's worth, then one for each fraction of a second", () => {
  const { table } = tableOf(1);
  const slot = take(table, client(1));
  const arrivals = (now: number) => {
    let count = 0;
    while (table.arrive(slot, 4, now)) count++;
    return count;
  };
  const start = 1_700_000_000_000;
  assertEquals(arrivals(start), 4);
  assertEquals(arrivals(start + 249), 0);
  assertEquals(arrivals(start + 250), 1);
  assertEquals(arrivals(start + 1_000), 3);
  assertEquals(arrivals(start + 60_000), 4, "never more than a second's worth");
});

Deno.test("arrive(): at one a second the burst is one", () => {
  const { table } = tableOf(1);
  const slot = take(table, client(1));
  const times = [0, 1, 999, 1_000, 1_500, 1_999, 2_000];
  assertEquals(
    times.map((ms) => table.arrive(slot, 1, ms)),
    [true, false, false, true, false, false, true],
  );
});

Deno.test("arrive(): in any second and a half there are at most burst and half as many", () => {
  const gaps = fc.array(fc.nat(400), { maxLength: 100 });
  fc.assert(fc.property(gaps, fc.integer({ min: 1, max: 50 }), (gaps, rate) => {
    const { table } = tableOf(1);
    const slot = take(table, client(1));
    const arrived: number[] = [];
    let now = 1_700_000_000_000;
    for (const gap of gaps) {
      now += gap;
      if (table.arrive(slot, rate, now)) arrived.push(now);
    }
    for (const from of arrived) {
      const within = arrived.filter((at) => at >= from && at <= from + 1_500);
      assert(within.length <= rate * 2.5 + 1, `${within.length} of ${rate}`);
    }
  }));
});

Deno.test("arrive(): a clock that is set back or forward starts afresh, and locks nobody out", () => {
  const { table } = tableOf(1);
  const slot = take(table, client(1));
  for (const now of [1e12, 1e12 - 3_600_000, 1e12 + 3_600_000]) {
    assertEquals(table.arrive(slot, 1, now), true);
    assertEquals(table.arrive(slot, 1, now), false);
  }
  // Threads that read the clock at about the same time are no such case.
  assertEquals(table.arrive(slot, 1, 1e12 + 3_600_000 - 900), false);
});

Deno.test("reclaimClients() gives back what one data plane held, and only that, once", () => {
  const { memory, held, table } = tableOf(1);
  const dead = new Int32Array(held.length);
  const other = new ClientTable(memory, dead);
  const mine = take(table, client(1), 3);
  const theirs = [take(other, client(1), 3), take(other, client(1), 3)];
  take(other, client(2), 3);
  assertEquals(table.take(client(1), 3, 0), null);
  reclaimClients(memory, dead);
  reclaimClients(memory, dead);
  // What it would still give back is not given back twice.
  other.give(theirs[0]!);
  take(table, client(1), 2);
  assertEquals(table.take(client(1), 2, 0), null);
  table.give(mine);
  take(table, client(2), 1);
});
