/**
 * Times as passthru's config spells them.
 *
 * @module
 */

/** Milliseconds as passthru's config spells them; 0 is no limit in both. */
export function durationText(ms: number): string {
  if (ms === 0) return "0s";
  const whole = Math.max(1, Math.round(ms));
  if (whole % 3_600_000 === 0) return `${whole / 3_600_000}h`;
  if (whole % 60_000 === 0) return `${whole / 60_000}m`;
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}
