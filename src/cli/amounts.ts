/**
 * Sizes, durations, rates and counts for people, short.
 *
 * @module
 */
export { formatCount } from "../explain/format_count.ts";

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
/** From so many days on, hours are left out. */
const MANY_DAYS = 100;

/** A size in decimal units, at most 6 characters: `999 B`, `1.2 kB`, `34 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  const number = unit > 0 ? formatNumber(value) : Math.round(value);
  return `${number} ${BYTE_UNITS[unit]}`;
}

/**
 * A duration, at most 6 characters up to years: `850ms`, `1.2s`, `5m06s`,
 * `4h05m`, `3d04h`.
 *
 * @param seconds In seconds.
 */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1_000)}ms`;
  if (seconds < MINUTE_S - 0.5) return `${formatNumber(seconds)}s`;
  const whole = Math.round(seconds);
  if (whole < HOUR_S) return pair(whole, MINUTE_S, "m", "s");
  if (whole < DAY_S) return pair(whole / MINUTE_S, MINUTE_S, "h", "m");
  if (whole < MANY_DAYS * DAY_S) return pair(whole / HOUR_S, 24, "d", "h");
  return `${Math.floor(whole / DAY_S)}d`;
}

/** A number with one decimal while it is small: `0.0`, `9.9`, `12`. */
export function formatNumber(value: number): string {
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}

/** A time as `2026-11-22 16:47:58Z`. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace(/\.\d+Z$/, "Z");
}

/** @param per How many of the smaller unit are one of the larger. */
function pair(
  value: number,
  per: number,
  large: string,
  small: string,
): string {
  const rest = Math.floor(value) % per;
  const whole = Math.floor(Math.floor(value) / per);
  return `${whole}${large}${String(rest).padStart(2, "0")}${small}`;
}
