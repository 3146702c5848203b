/**
 * Shares of targets as weights.
 *
 * @module
 */

/** Largest weight of a target. */
const MAX_WEIGHT = 256;
/** Largest factor that is tried: shares of a second to a tenth are whole by it. */
const MAX_FACTOR = 5040;

/** Targets with whole numbers as their weights, as small as they can be. */
export function scaled<Target extends { readonly weight: number }>(
  targets: readonly Target[],
): Target[] {
  const most = targets.reduce((most, { weight }) => Math.max(most, weight), 0);
  const whole = wholeShares(targets.map(({ weight }) => weight / (most || 1)));
  return targets.map((target, index) => ({
    ...target,
    // Whatever has a share keeps one.
    weight: target.weight <= 0 ? 0 : Math.max(1, whole[index]!),
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
