/** How fast one file may follow another. */
import { assert, assertEquals } from "@std/assert";
import { Pace } from "../../../src/cli/docker/pace.ts";

/** The times at which something that always wants to is let. */
function times(pace: Pace, { from, to }: { from: number; to: number }) {
  const found: number[] = [];
  for (let now = from;;) {
    now += pace.waitMs(now);
    if (now >= to) return found;
    pace.take(now);
    found.push(now);
  }
}

Deno.test("pace: a few at once, then one every five seconds", () => {
  assertEquals(times(new Pace(), { from: 1_000, to: 25_000 }), [
    ...[1_000, 1_300, 1_600, 1_900, 2_200, 2_500, 2_800, 3_100, 3_400, 3_700],
    ...[6_000, 11_000, 16_000, 21_000],
  ]);
});

Deno.test("pace: after a while there may be a few at once again", () => {
  const pace = new Pace();
  times(pace, { from: 0, to: 20_000 });
  const again = times(pace, { from: 100_000, to: 103_000 });
  assertEquals(again.length, 10);
  assertEquals(pace.waitMs(1_000_000), 0);
});

Deno.test("pace: the first one waits for nothing, whatever the time is", () => {
  for (const now of [0, 1, Date.UTC(2026, 0, 1)]) {
    assertEquals(new Pace().waitMs(now), 0);
  }
  const pace = new Pace();
  pace.take(50);
  assert(pace.waitMs(60) > 0 && pace.waitMs(350) === 0);
});
