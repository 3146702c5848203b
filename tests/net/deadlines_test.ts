import { assert, assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { FakeTime } from "../support/fake_time.ts";
import { Deadlines, TICK_MS } from "../../src/net/deadlines.ts";

Deno.test("Deadlines: each passes once, not early and at most three ticks late", () => {
  using time = new FakeTime();
  const deadlines = new Deadlines();
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 20 }),
      (waits) => {
        const late: number[] = [];
        const start = time.now;
        for (const wait of waits) {
          deadlines.set(wait, () => late.push(time.now - start - wait));
        }
        time.pass(121_000);
        assertEquals(late.length, waits.length);
        for (const ms of late) assert(ms >= 0 && ms <= 3 * TICK_MS, `${ms}`);
        assertEquals(deadlines.count, 0);
        assertEquals(time.timers, 0);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("Deadlines: one that is cancelled does not pass, whatever is cancelled beside it", () => {
  using time = new FakeTime();
  const deadlines = new Deadlines();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.boolean())),
      (entries) => {
        const passed: number[] = [];
        const set = entries.map(([wait], i) =>
          deadlines.set(wait, () => passed.push(i))
        );
        entries.forEach(([, cancelled], i) => {
          if (cancelled) set[i]!.cancel();
        });
        set.filter((_, i) => entries[i]![1]).forEach((each) => each.cancel());
        time.pass(2_000);
        const expected = entries.flatMap(([, gone], i) => gone ? [] : [i]);
        assertEquals(passed.sort((a, b) => a - b), expected);
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("Deadlines: a callback may cancel others that pass in the same tick, and set new ones", () => {
  using time = new FakeTime();
  const deadlines = new Deadlines();
  const passed: string[] = [];
  // Whichever comes first cancels the other.
  const a = deadlines.set(100, () => {
    passed.push("one");
    b.cancel();
    deadlines.set(0, () => passed.push("new"));
  });
  const b = deadlines.set(100, () => {
    passed.push("one");
    a.cancel();
    deadlines.set(0, () => passed.push("new"));
  });
  time.pass(1_000);
  assertEquals(passed, ["one", "new"]);
});

Deno.test("Deadlines: what a stall of the thread takes is not counted", () => {
  using time = new FakeTime();
  const deadlines = new Deadlines();
  let passed = 0;
  deadlines.set(10_000, () => passed = time.now);
  const start = time.now;
  time.pass(1_000);
  time.stall(60_000);
  time.pass(1_000);
  assertEquals(passed, 0);
  time.pass(8_500);
  assert(passed - start >= 70_000 - 3 * TICK_MS, `${passed - start}`);
});

Deno.test("Deadlines: one that lingers keeps its timer for a tick, and no longer", () => {
  using time = new FakeTime();
  const deadlines = new Deadlines({ lingers: true });
  deadlines.set(1_000, () => {}).cancel();
  assertEquals(time.timers, 1);
  deadlines.set(1_000, () => {}).cancel();
  assertEquals(time.timers, 1);
  time.pass(TICK_MS);
  assertEquals(time.timers, 0);
  deadlines.set(1_000, () => {}).cancel();
  deadlines.end();
  assertEquals(time.timers, 0);
});
