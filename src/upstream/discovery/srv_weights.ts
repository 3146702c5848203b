/**
 * The weights of SRV records as those of targets.
 *
 * @module
 */

/** The highest weight of a target: what a config may say, too. */
const MAX_WEIGHT = 256;

interface Weighted {
  readonly priority: number;
  /** From 0 to 65535. */
  readonly weight: number;
}

/**
 * The same records with weights from 1 to 256.
 *
 * Weights count among records of one priority only. One of 0 is chosen very
 * seldom beside others, and evenly when all are 0 (RFC 2782).
 */
export function scaledWeights<T extends Weighted>(records: readonly T[]): T[] {
  const highest = new Map<number, number>();
  const withZero = new Set<number>();
  for (const { priority, weight } of records) {
    highest.set(priority, Math.max(highest.get(priority) ?? 0, weight));
    if (weight === 0) withZero.add(priority);
  }
  return records.map((record) => {
    const { priority, weight } = record;
    const most = highest.get(priority)!;
    // Beside a 0, the others are made as heavy as they can be.
    const scaled = most > MAX_WEIGHT || (withZero.has(priority) && most > 0)
      ? Math.round(weight * MAX_WEIGHT / most)
      : weight;
    return { ...record, weight: Math.max(1, scaled) };
  });
}
