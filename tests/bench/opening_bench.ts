/**
 * What keeping the first bytes of a connection costs, so that it can be explained
 * later, and forgetting those of another: `deno task bench:micro`.
 */
import { type Detection, detectionOf } from "../../src/observe/detection.ts";
import { Recent } from "../../src/observe/recent.ts";

/** A request, a TLS hello, and one with a post-quantum key. */
for (const length of [120, 517, 1_800]) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  const kept = new Recent<Detection>(256);
  Deno.bench(`256 openings of ${length} bytes`, () => {
    for (let i = 0; i < 256; i++) {
      kept.add(detectionOf(bytes, { end: null, most: 4_096 }));
    }
  });
}
