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

/** Largest factor that is tried: shares of a second to a tenth are whole by it. */
const MAX_FACTOR = 5040;

/** Shares as whole numbers, as small as they can be. */
export function scaled(targets: readonly Share[]): Share[] {
  const most = targets.reduce((most, { weight }) => Math.max(most, weight), 0);
  if (most === 0) return targets.map(({ addr }) => ({ addr, weight: 0 }));
  const whole = wholeShares(targets.map(({ weight }) => weight / most));
  return targets.map(({ addr, weight }, index) => ({
    addr,
    // Whatever has a share keeps one.
    weight: weight <= 0 ? 0 : Math.max(1, whole[index]!),
  }));
}

/** Shares of 1 as whole numbers up to {@linkcode MAX_WEIGHT}. */
function wholeShares(shares: readonly number[]): number[] {
  for (let factor = 1; factor <= MAX_FACTOR; factor++) {
    const isWhole = shares.every((share) =>
      Math.abs(share * factor - Math.round(share * factor)) < 1e-9
    );
    if (!isWhole) continue;
    const whole = shares.map((share) => Math.round(share * factor));
    const divisor = whole.reduce(greatest, 0);
    const shrink = Math.min(1, MAX_WEIGHT * divisor / factor);
    return whole.map((weight) => Math.round(weight / divisor * shrink));
  }
  return shares.map((share) => Math.round(share * MAX_WEIGHT));
}

function greatest(a: number, b: number): number {
  return b === 0 ? a : greatest(b, a % b);
}
