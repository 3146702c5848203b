import { assertEquals } from "@std/assert";
import { busiestShare } from "./second_worker.ts";

Deno.test("the share of the busier worker is of the two threads that did most", () => {
  const before = new Map([[1, 100], [2, 5], [3, 5]]);
  const after = new Map([[1, 100.5], [2, 8], [3, 6], [4, 0.1]]);
  assertEquals(busiestShare(before, after), 0.75);
});

Deno.test("one thread that did all has all, and where none did anything there is no share", () => {
  assertEquals(busiestShare(new Map(), new Map([[1, 2]])), 1);
  assertEquals(busiestShare(new Map([[1, 2]]), new Map([[1, 2]])), null);
});
