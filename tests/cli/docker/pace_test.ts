/** How fast one file may follow another. */
import { assert, assertEquals } from "@std/assert";
import { Pace } from "../../../src/cli/docker/pace.ts";
import * as fc from "../../../src/testing/fast_check.ts";

/** The times at which a file follows, for changes at these times. */
function filesFor(pace: Pace, changes: readonly number[]): number[] {
  const found: number[] = [];
  let at = 0;
  let isAsked = false;
  for (let now = changes[0]!;;) {
    while (at < changes.length && changes[at]! <= now) {
      isAsked = true;
      at++;
    }
    if (!isAsked) {
      if (at === changes.length) return found;
      now = changes[at]!;
      continue;
    }
    const wait = pace.waitMs(now, changes[at - 1]!);
    if (wait > 0) {
      now += wait;
      continue;
    }
    pace.take(now);
    found.push(now);
    isAsked = false;
  }
}

/** Times from one to another, at equal distances. */
function every(ms: number, from: number, to: number): number[] {
  return Array.from(
    { length: Math.floor((to - from) / ms) + 1 },
    (_, index) => from + index * ms,
  );
}

Deno.test("pace: a few at once, then slower, then one every five seconds, while changes go on", () => {
  const files = filesFor(new Pace(), every(100, 1_000, 60_000));
  assertEquals(files.slice(0, 10), every(300, 1_000, 3_700));
  assert(files.filter((time) => time < 20_000).length > 25);
  const late = files.filter((time) => time > 40_000 && time < 60_000);
  assertEquals(late.length, 4);
});

Deno.test("pace: what was changed last is served soon after a flood, however long it is", () => {
  for (const seconds of [1, 3, 10, 30, 300]) {
    for (const ms of [10, 100, 250]) {
      const changes = every(ms, 1_000, 1_000 + seconds * 1_000);
      const [last] = filesFor(new Pace(), changes).slice(-1);
      const wait = last! - changes.at(-1)!;
      assert(wait >= 0 && wait <= 500, `${seconds} s, ${ms} ms: ${wait}`);
    }
  }
});

Deno.test("pace: a single change does not wait, and neither does one a while after others", () => {
  assertEquals(filesFor(new Pace(), [5]), [5]);
  const pace = new Pace();
  filesFor(pace, every(50, 0, 60_000));
  assertEquals(filesFor(pace, [70_000]), [70_000]);
  assertEquals(filesFor(pace, [300_000]), [300_000]);
});

Deno.test("pace: what fails again and again is slowed down", () => {
  const files = filesFor(new Pace(), every(1_000, 0, 600_000));
  // As many at once as there may be, and one each five seconds.
  assert(files.length <= 40 + 600 / 5 + 1, `${files.length}`);
});

Deno.test("pace: no change waits longer than five seconds, and the last one is served", () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 3_000 }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(fc.property(gaps, (all) => {
    let now = 0;
    const changes = all.map((gap) => now += gap);
    const files = filesFor(new Pace(), changes);
    assert(files.at(-1)! >= changes.at(-1)!);
    for (const change of changes) {
      const served = files.find((time) => time >= change)!;
      assert(served - change <= 5_000, `${change} at ${served}`);
    }
    for (let i = 1; i < files.length; i++) {
      assert(files[i]! - files[i - 1]! >= 300);
    }
  }));
});

Deno.test("pace: the first one waits for nothing, whatever the time is", () => {
  for (const now of [0, 1, Date.UTC(2026, 0, 1)]) {
    assertEquals(new Pace().waitMs(now, now), 0);
  }
  const pace = new Pace();
  pace.take(50);
  assert(pace.waitMs(60, 60) > 0 && pace.waitMs(350, 60) === 0);
});
