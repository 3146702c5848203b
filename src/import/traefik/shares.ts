/**
 * Shares of targets as weights.
 *
 * @module
 */

/** A target with its share of connections. */
export interface Share {
  readonly addr: string;
  readonly weight: number;
}

/** Largest weight of a target. */
const MAX_WEIGHT = 256;

/** Shares as whole numbers, as small as they can be. */
export function scaled(targets: readonly Share[]): Share[] {
  for (let factor = 1; factor <= 5040; factor++) {
    const weights = targets.map(({ weight }) => weight * factor);
    const whole = weights.map(Math.round);
    if (weights.every((weight, i) => Math.abs(weight - whole[i]!) < 1e-9)) {
      const divisor = whole.reduce(greatest, 0) || 1;
      const small = whole.map((weight) => weight / divisor);
      const most = Math.max(...small);
      const shrink = most > MAX_WEIGHT ? MAX_WEIGHT / most : 1;
      return targets.map(({ addr }, index) => ({
        addr,
        weight: Math.round(small[index]! * shrink),
      }));
    }
  }
  const most = Math.max(...targets.map(({ weight }) => weight));
  return targets.map(({ addr, weight }) => ({
    addr,
    weight: Math.max(1, Math.round(weight / most * MAX_WEIGHT)),
  }));
}

function greatest(a: number, b: number): number {
  return b === 0 ? a : greatest(b, a % b);
}
