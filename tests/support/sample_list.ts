/** Samples of detectors by name, for tables that say little of each. */
import type { Facts } from "../../src/detect/detector.ts";
import type {
  PositiveSample,
  Sample,
} from "../../src/testing/detector_samples.ts";

/** Samples that match, each with the facts that it has. */
export function matching(
  samples: Readonly<Record<string, readonly [Uint8Array, Facts?]>>,
): PositiveSample[] {
  return Object.entries(samples).map(([name, [bytes, facts = {}]]) => ({
    name,
    bytes,
    facts,
  }));
}

/** Samples that do not. */
export function others(
  samples: Readonly<Record<string, Uint8Array>>,
): Sample[] {
  return Object.entries(samples).map(([name, bytes]) => ({ name, bytes }));
}
