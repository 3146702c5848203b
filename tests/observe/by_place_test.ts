import { assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { ByPlace } from "../../src/observe/by_place.ts";

Deno.test("ByPlace keeps what a Map would, whatever comes and goes", () => {
  const places = fc.array(fc.nat({ max: 20 }));
  fc.assert(fc.property(places, (touched) => {
    const kept = new ByPlace<string>();
    const wanted = new Map<number, string>();
    for (const [time, place] of touched.entries()) {
      assertEquals(kept.get(place), wanted.get(place) ?? null);
      if (wanted.has(place)) {
        assertEquals(kept.take(place), wanted.get(place));
        wanted.delete(place);
      } else {
        kept.put(place, `${time}`);
        wanted.set(place, `${time}`);
      }
      assertEquals(kept.size, wanted.size);
    }
    const inOrder = [...wanted].sort(([a], [b]) => a - b);
    assertEquals([...kept], inOrder.map(([, thing]) => thing));
    assertEquals(kept.take(21), null);
  }));
});
