import assert from "node:assert/strict";
import { scaledWeights } from "../../../src/upstream/discovery/srv_weights.ts";

function scaled(...pairs: readonly (readonly [number, number])[]): number[] {
  const records = pairs.map(([priority, weight]) => ({ priority, weight }));
  return scaledWeights(records).map(({ weight }) => weight);
}

Deno.test("SRV weights: small ones stay as they are", () => {
  assert.deepEqual(scaled([1, 1], [1, 3], [1, 256]), [1, 3, 256]);
});

Deno.test("SRV weights: large ones keep their proportion, each priority for itself", () => {
  assert.deepEqual(
    scaled([1, 65535], [1, 32768], [1, 1], [2, 10]),
    [256, 128, 1, 10],
  );
});

Deno.test("SRV weights: a 0 is seldom chosen beside others, and evenly beside its like", () => {
  assert.deepEqual(scaled([1, 0], [1, 1]), [1, 256]);
  assert.deepEqual(scaled([1, 0], [1, 0]), [1, 1]);
});
