/** Small changes to bytes, for property tests. */

/** Leaves bytes out at a place (0 to 1), and puts others in. */
export function splice(
  bytes: Uint8Array,
  place: number,
  out: number,
  put: Uint8Array,
): Uint8Array {
  const at = Math.floor(place * bytes.length);
  return Uint8Array.from([
    ...bytes.subarray(0, at),
    ...put,
    ...bytes.subarray(Math.min(at + out, bytes.length)),
  ]);
}

/** Replaces single bytes, each at a place (0 to 1). */
export function replace(
  bytes: Uint8Array,
  changes: readonly (readonly [number, number])[],
): Uint8Array {
  const changed = bytes.slice();
  for (const [place, byte] of changes) {
    changed[Math.floor(place * (bytes.length - 1))] = byte;
  }
  return changed;
}
