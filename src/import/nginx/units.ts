/**
 * nginx's times and sizes as those of the config language.
 *
 * @module
 */
import { durationText } from "../ordered/duration_text.ts";

const TIME_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** A time such as `1h30m` or `90` (seconds) as a duration; `null`: it is none. */
export function duration(text: string): string | null {
  if (!/^(?:\d{1,9}(?:ms|[smhdwMy])?\s*)+$/.test(text)) return null;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g)) {
    total += Number(number) * TIME_UNITS[unit ?? "s"]!;
  }
  return durationText(total);
}

/** A size such as `16k` in bytes; `null`: it is none. */
export function size(text: string): number | null {
  const found = /^(\d{1,9})([kKmM]?)$/.exec(text);
  if (found === null) return null;
  const unit = found[2]!.toLowerCase();
  return Number(found[1]) * (unit === "k" ? 1024 : unit === "m" ? 1 << 20 : 1);
}
