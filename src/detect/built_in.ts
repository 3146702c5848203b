/**
 * Which detectors come with passthru: those were tried with every input.
 *
 * @module
 */

import type { DatagramDetector, Detector } from "./detector.ts";

const BUILT_IN = new WeakSet<object>();

/** Notes that detectors are built in. @returns The same. */
export function builtIn<D extends object>(
  detectors: readonly D[],
): readonly D[] {
  for (const detector of detectors) BUILT_IN.add(detector);
  return detectors;
}

/** Whether a detector is built in. */
export function isBuiltIn(detector: object): boolean {
  return BUILT_IN.has(detector);
}

/**
 * The detector that the module of a built-in one exports.
 *
 * @throws {TypeError} It exports none of that name.
 */
export function exportedDetector(
  name: string,
  exported: object,
): Detector | DatagramDetector {
  const found = Object.values(exported).find((one) =>
    one?.name === name && typeof one.detect === "function"
  );
  if (found === undefined) throw new TypeError(`No detector "${name}"`);
  return found;
}
