/**
 * Windows of time that come back every week: `Mon-Fri@08:00-18:00`.
 *
 * @module
 */
import { WEEK_MINUTES } from "./zoned_clock.ts";

/** Minutes of the week from `start` up to, not including, `end`. */
export interface Interval {
  /** From 0, which is Monday 00:00. */
  readonly start: number;
  /** At most that of the week's end. */
  readonly end: number;
}

/** Windows in order, without overlap and without a gap of nothing. */
export type Windows = readonly Interval[];

/** Windows that could be read, or what is wrong with their text. */
export type ParsedWindows =
  | { readonly ok: true; readonly windows: Windows }
  | {
    readonly ok: false;
    /** What was expected. */
    readonly expected: string;
    /** What was probably meant. */
    readonly suggestion?: string;
  };

const DAY_MINUTES = 24 * 60;
const EVERY_DAY: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
const DAY_NAMES: readonly string[] = [
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
];
const EXPECTED_DAYS = 'days such as "Mon-Fri" or "Sat,Sun" before "@"';
const EXPECTED_HOURS =
  'hours such as "08:00-18:00" or "22:00-06:00" (00:00 to 24:00)';

/**
 * Reads `[days@]HH:MM-HH:MM`, with lists by comma in both parts. A window whose
 * end is not after its start goes on until that time of the next day; the days
 * are those on which it starts.
 */
export function parseWindows(text: string): ParsedWindows {
  const at = text.indexOf("@");
  const days = at < 0 ? EVERY_DAY : parseDays(text.slice(0, at));
  if (days === null) return { ok: false, expected: EXPECTED_DAYS };
  const hours = parseHours(text.slice(at + 1));
  if (hours === null) {
    const padded = text.replace(/(?<![\d:])(\d:\d\d)/g, "0$1");
    return {
      ok: false,
      expected: EXPECTED_HOURS,
      ...(padded !== text && parseWindows(padded).ok
        ? { suggestion: padded }
        : {}),
    };
  }
  const windows = normalize(
    days.flatMap((day) =>
      hours.map(({ start, end }) => ({
        start: day * DAY_MINUTES + start,
        end: day * DAY_MINUTES + end,
      }))
    ),
  );
  return isWholeWeek(windows)
    ? { ok: false, expected: "less than the whole week, which is no condition" }
    : { ok: true, windows };
}

/** Whether a minute of the week is in one of the windows. */
export function isWithin(windows: Windows, minute: number): boolean {
  return windows.some(({ start, end }) => start <= minute && minute < end);
}

/** What is in the week but in none of the windows. */
export function complement(windows: Windows): Windows {
  const ends = [0, ...windows.flatMap(({ start, end }) => [start, end])];
  ends.push(WEEK_MINUTES);
  return Array.from(
    { length: ends.length / 2 },
    (_, i) => ({ start: ends[2 * i]!, end: ends[2 * i + 1]! }),
  ).filter(({ start, end }) => start < end);
}

/** How long windows are in all, in minutes. */
export function duration(windows: Windows): number {
  return windows.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Whether every minute of some windows is in others. */
export function covers(outer: Windows, inner: Windows): boolean {
  return inner.every((one) =>
    outer.some(({ start, end }) => start <= one.start && one.end <= end)
  );
}

function isWholeWeek([first]: Windows): boolean {
  return first?.start === 0 && first.end === WEEK_MINUTES;
}

/** `Mon-Fri`, `Sat,Sun`, `Fri-Mon`; `null`: they are no days. */
function parseDays(text: string): number[] | null {
  const days: number[] = [];
  for (const part of text.toLowerCase().split(",")) {
    const [first = "", last = first, ...rest] = part.split("-");
    const from = DAY_NAMES.indexOf(first);
    const to = DAY_NAMES.indexOf(last);
    if (from < 0 || to < 0 || rest.length > 0) return null;
    const count = (to - from + 7) % 7 + 1;
    for (let i = 0; i < count; i++) days.push((from + i) % 7);
  }
  return days;
}

/** Minutes from the day's start, the end perhaps in the next day. */
function parseHours(text: string): Interval[] | null {
  const hours: Interval[] = [];
  for (const part of text.split(",")) {
    const found = /^(\d\d):([0-5]\d)-(\d\d):([0-5]\d)$/.exec(part);
    if (found === null) return null;
    const [fromHour, fromMinute, toHour, toMinute] = found.slice(1).map(Number);
    const start = fromHour! * 60 + fromMinute!;
    const end = toHour! * 60 + toMinute!;
    if (start >= DAY_MINUTES || end > DAY_MINUTES || start === end) return null;
    hours.push({ start, end: end > start ? end : end + DAY_MINUTES });
  }
  return hours;
}

/** In order, within the week, and joined where they touch. */
function normalize(intervals: readonly Interval[]): Interval[] {
  const within = intervals.flatMap(({ start, end }) =>
    end <= WEEK_MINUTES
      ? [{ start, end }]
      : [{ start, end: WEEK_MINUTES }, { start: 0, end: end - WEEK_MINUTES }]
  );
  within.sort((a, b) => a.start - b.start);
  const joined: { start: number; end: number }[] = [];
  for (const interval of within) {
    const last = joined.at(-1);
    if (last === undefined || interval.start > last.end) {
      joined.push({ ...interval });
    } else last.end = Math.max(last.end, interval.end);
  }
  return joined;
}
