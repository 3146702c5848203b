/**
 * Times as Go writes them: `1m30s`.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A time in milliseconds.
 *
 * @param bare Milliseconds that a number without a unit counts.
 * @returns `null`: it is no time.
 */
export function goDuration(text: string, bare: number): number | null {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text) * bare;
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/.test(text)) return null;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(\D+)/g)) {
    sum += Number(number) * UNITS[unit!]!;
  }
  return sum;
}
