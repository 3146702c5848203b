import { assertEquals, assertMatch } from "@std/assert";
import { busyBetween, parseCpuCounts, warnings } from "./quiet.ts";

/** The first lines of /proc/stat. */
function stat(...ticks: number[]): string {
  return `cpu  ${ticks.join(" ")}\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 100 0\n`;
}

Deno.test("what is neither idle nor waiting counts as busy, and guests are not counted twice", () => {
  assertEquals(parseCpuCounts(stat(10, 1, 20, 500, 60, 2, 3, 4, 10, 0)), {
    total: 600,
    busy: 40,
    stolen: 4,
  });
});

Deno.test("shares are those of the time between two looks", () => {
  const from = parseCpuCounts(stat(100, 0, 100, 1000, 0, 0, 0, 0));
  const to = parseCpuCounts(stat(120, 0, 110, 1065, 0, 0, 0, 5));
  assertEquals(busyBetween(from, to), { seconds: 1, busy: 35, stolen: 5 });
  assertEquals(busyBetween(from, from).busy, 0);
});

Deno.test("a quiet machine gives no warning, each kind of noise its own", () => {
  assertEquals(warnings({ before: 4.9, during: 5, stolen: 2 }), []);
  const [before, during, stolen] = warnings({
    before: 50,
    during: 60,
    stolen: 70,
  });
  assertMatch(before!, /not quiet: other processes used 50 % .* before/);
  assertMatch(during!, /not quiet: other processes used 60 % .* during/);
  assertMatch(stolen!, /not quiet: the host took away 70 % .* during/);
});
