import assert from "node:assert/strict";
import { ratios, slope, summarise } from "./statistics.ts";

Deno.test("the median of an odd count is the middle one, of an even count the mean of two", () => {
  assert.deepEqual(summarise([3, 1, 2]), { median: 2, min: 1, max: 3 });
  assert.deepEqual(summarise([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4 });
});

Deno.test("rounds that failed do not count, and where all failed there is no median", () => {
  assert.deepEqual(summarise([null, 5, null]), { median: 5, min: 5, max: 5 });
  assert.equal(summarise([null]), null);
});

Deno.test("a ratio is that of the two values of the same round", () => {
  assert.deepEqual(ratios([2, 9], [1, 3]), [2, 3]);
});

Deno.test("a round has no ratio where a value is missing or not above 0", () => {
  assert.deepEqual(
    ratios([null, 1, 1, -1, 1], [1, null, 0, 1]),
    [null, null, null, null, null],
  );
});

Deno.test("the slope is that of the line through points on a line", () => {
  assert.equal(slope([[0, 1], [1, 3], [2, 5]]), 2);
  assert.equal(slope([[0, 4], [10, 4], [20, 4]]), 0);
});

Deno.test("there is no slope in fewer than two places", () => {
  assert.equal(slope([]), 0);
  assert.equal(slope([[1, 2]]), 0);
  assert.equal(slope([[1, 2], [1, 5]]), 0);
});
