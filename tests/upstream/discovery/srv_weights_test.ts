import { assertEquals } from "@std/assert";
import { scaledWeights } from "../../../src/upstream/discovery/srv_weights.ts";

function scaled(...pairs: readonly (readonly [number, number])[]): number[] {
  const records = pairs.map(([priority, weight]) => ({ priority, weight }));
  return scaledWeights(records).map(({ weight }) => weight);
}

Deno.test("SRV weights: small ones stay as they are", () => {
  assertEquals(scaled([1, 1], [1, 3], [1, 256]), [1, 3, 256]);
});

Deno.test("SRV weights: large ones keep their proportion, each priority for itself", () => {
  assertEquals(
    scaled([1, 65535], [1, 32768], [1, 1], [2, 10]),
    [256, 128, 1, 10],
  );
});

Deno.test("SRV weights: a 0 is seldom chosen beside others, and evenly beside its like", () => {
  assertEquals(scaled([1, 0], [1, 1]), [1, 256]);
  assertEquals(scaled([1, 0], [1, 0]), [1, 1]);
});
