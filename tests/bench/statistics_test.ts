import { assertEquals } from "@std/assert";
import { ratios, slope, summarise } from "./statistics.ts";

Deno.test("the median of an odd count is the middle one, of an even count the mean of two", () => {
  assertEquals(summarise([3, 1, 2]), { median: 2, min: 1, max: 3 });
  assertEquals(summarise([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4 });
});

Deno.test("rounds that failed do not count, and where all failed there is no median", () => {
  assertEquals(summarise([null, 5, null]), { median: 5, min: 5, max: 5 });
  assertEquals(summarise([null]), null);
});

Deno.test("a ratio is that of the two values of the same round", () => {
  assertEquals(ratios([2, 9], [1, 3]), [2, 3]);
});

Deno.test("a round has no ratio where a value is missing or not above 0", () => {
  assertEquals(
    ratios([null, 1, 1, -1, 1], [1, null, 0, 1]),
    [null, null, null, null, null],
  );
});

Deno.test("the slope is that of the line through points on a line", () => {
  assertEquals(slope([[0, 1], [1, 3], [2, 5]]), 2);
  assertEquals(slope([[0, 4], [10, 4], [20, 4]]), 0);
});

Deno.test("there is no slope in fewer than two places", () => {
  assertEquals(slope([]), 0);
  assertEquals(slope([[1, 2]]), 0);
  assertEquals(slope([[1, 2], [1, 5]]), 0);
});
