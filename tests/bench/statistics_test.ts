import { assertAlmostEquals, assertEquals } from "@std/assert";
import { medianInterval, ratios, slope, summarise } from "./statistics.ts";

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

Deno.test("the interval of a median is the one that tables of the sign test give", () => {
  // Ranks, from 1, and confidence: for 6, 10, 20 and 30 values.
  const known = [
    [6, 1, 6, 0.96875],
    [10, 2, 9, 0.9785],
    [20, 6, 15, 0.9586],
    [30, 10, 21, 0.9572],
  ] as const;
  for (const [count, low, high, confidence] of known) {
    const ranks = Array.from({ length: count }, (_, index) => count - index);
    const interval = medianInterval(ranks)!;
    assertEquals([interval.low, interval.high], [low, high], `${count}`);
    assertAlmostEquals(interval.confidence, confidence, 0.0001);
  }
});

Deno.test("rounds without a value do not count for the interval", () => {
  assertEquals(medianInterval([1, 2, 3, null, 4, 5]), null);
  const { low, high } = medianInterval([1, 2, 3, null, 4, 5, 6])!;
  assertEquals([low, high], [1, 6]);
});

Deno.test("an interval contains the true median about as often as it says", () => {
  // A fixed sequence of skewed values (xorshift32), whose median is 1.
  let state = 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const trials = 2_000;
  let hits = 0;
  for (let trial = 0; trial < trials; trial++) {
    const values = Array.from(
      { length: 9 },
      () => 4 ** (4 * random() ** 2 - 1),
    );
    const { low, high } = medianInterval(values)!;
    if (low <= 1 && 1 <= high) hits++;
  }
  assertAlmostEquals(hits / trials, 1 - 2 * 10 / 512, 0.015);
});
