/** Numbers, sizes, rates and times in words. */

const SIZE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** What is shown where there is no value. */
export const NOTHING = "–";

/**
 * A whole number, in groups of three: `12 345`.
 *
 * @param {number} count
 */
export function countText(count) {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/**
 * A size with three digits: `812 B`, `1.38 KiB`.
 *
 * @param {number} bytes
 */
export function bytesText(bytes) {
  let unit = 0;
  let size = bytes;
  // 1 000 KiB would need a fourth digit.
  while (size >= 999.5 && unit < SIZE_UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(size) : threeDigits(size)} ${
    SIZE_UNITS[unit]
  }`;
}

/** @param {number} bytesPerSecond */
export function bytesRateText(bytesPerSecond) {
  return `${bytesText(bytesPerSecond)}/s`;
}

/** @param {number} perSecond */
export function rateText(perSecond) {
  if (perSecond === 0) return "0/s";
  if (perSecond < 0.095) return `${perSecond.toFixed(2)}/s`;
  return `${perSecond < 99.95 ? perSecond.toFixed(1) : countText(perSecond)}/s`;
}

/**
 * A duration with its two largest units: `3 min 4 s`.
 *
 * @param {number} seconds
 */
export function durationText(seconds) {
  if (seconds < 0.0005) return "0 ms";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE_S) return `${whole} s`;
  if (whole < HOUR_S) return pair(whole, [MINUTE_S, "min"], [1, "s"]);
  if (whole < DAY_S) return pair(whole, [HOUR_S, "h"], [MINUTE_S, "min"]);
  return pair(whole, [DAY_S, "d"], [HOUR_S, "h"]);
}

/**
 * A duration that may not be known.
 *
 * @param {number | null} seconds
 */
export function maybeDuration(seconds) {
  return seconds === null ? NOTHING : durationText(seconds);
}

/**
 * How long ago something was: `4 min 2 s ago`.
 *
 * @param {number} milliseconds
 */
export function agoText(milliseconds) {
  return milliseconds < 1000
    ? "now"
    : `${durationText(milliseconds / 1000)} ago`;
}

/**
 * The time of the day by the reader's clock: `14:03:59`.
 *
 * @param {number} at Milliseconds since the epoch.
 */
export function clockText(at) {
  return new Date(at).toTimeString().slice(0, 8);
}

/**
 * Day and time by the reader's clock: `2026-07-01 14:03:59`.
 *
 * @param {number} at Milliseconds since the epoch.
 */
export function dateText(at) {
  const date = new Date(at);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0")).join("-");
  return `${day} ${clockText(at)}`;
}

/** @param {number} value */
function threeDigits(value) {
  if (value < 0.0995) return value.toFixed(3);
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

/**
 * @param {number} seconds
 * @param {readonly [number, string]} large
 * @param {readonly [number, string]} small
 */
function pair(seconds, large, small) {
  const rest = Math.floor((seconds % large[0]) / small[0]);
  const first = `${Math.floor(seconds / large[0])} ${large[1]}`;
  return rest === 0 ? first : `${first} ${rest} ${small[1]}`;
}
