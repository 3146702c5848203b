import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStrictEquals,
} from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { commonWords } from "../../src/rule/common_words.ts";
import { Connection } from "../../src/rule/connection.ts";
import {
  complement,
  covers,
  duration,
  isWithin,
  parseWindows,
  type Windows,
} from "../../src/rule/time_window.ts";
import {
  minuteText,
  WEEK_MINUTES,
  ZonedClock,
} from "../../src/rule/zoned_clock.ts";

function windowsOf(text: string): Windows {
  const parsed = parseWindows(text);
  assert(parsed.ok, text);
  return parsed.windows;
}

/** Whether `TIME value` holds at a moment. */
function holds(value: string, moment: string): boolean | null {
  const parsed = commonWords().TIME.parse(value);
  assert(parsed.ok, value);
  const connection = new Connection(null, Date.parse(moment));
  return parsed.test.test(connection);
}

/** The clock of a zone at a moment, for people. */
function shown(zone: string, moment: string): string {
  return minuteText(new ZonedClock(zone).minuteOfWeek(Date.parse(moment)));
}

Deno.test("TIME: a window holds from its start up to, not including, its end", () => {
  // 2026-07-01 is a Wednesday.
  assertEquals(holds("08:00-18:00", "2026-07-01T07:59:59.999Z"), false);
  assertEquals(holds("08:00-18:00", "2026-07-01T08:00:00Z"), true);
  assertEquals(holds("08:00-18:00", "2026-07-01T17:59:59.999Z"), true);
  assertEquals(holds("08:00-18:00", "2026-07-01T18:00:00Z"), false);
  assertEquals(holds("18:00-24:00", "2026-07-01T23:59:59Z"), true);
  assertEquals(holds("18:00-24:00", "2026-07-02T00:00:00Z"), false);
});

Deno.test("TIME: a window that crosses midnight belongs to the day on which it starts", () => {
  const value = "Fri@22:00-06:00";
  assertEquals(holds(value, "2026-07-03T21:59:00Z"), false);
  assertEquals(holds(value, "2026-07-03T22:00:00Z"), true);
  assertEquals(holds(value, "2026-07-04T05:59:00Z"), true);
  assertEquals(holds(value, "2026-07-04T06:00:00Z"), false);
  assertEquals(holds(value, "2026-07-04T22:00:00Z"), false);
  assertEquals(holds(value, "2026-07-03T05:00:00Z"), false);
  // From Sunday into Monday, over the week's end.
  assertEquals(holds("Sun@22:00-06:00", "2026-07-06T05:59:00Z"), true);
  assertEquals(holds("Sun@22:00-06:00", "2026-07-05T05:59:00Z"), false);
});

Deno.test("TIME: days and windows may be lists, and days may go round the week", () => {
  assertEquals(holds("Fri-Mon@10:00-11:00", "2026-07-05T10:30:00Z"), true);
  assertEquals(holds("Fri-Mon@10:00-11:00", "2026-07-07T10:30:00Z"), false);
  const value = "mon,WED@08:00-12:00,13:00-18:00";
  assertEquals(holds(value, "2026-07-01T12:30:00Z"), false);
  assertEquals(holds(value, "2026-07-01T13:30:00Z"), true);
  assertEquals(holds(value, "2026-07-02T13:30:00Z"), false);
});

Deno.test("TIME: the zone is UTC unless it is named, and follows daylight saving time", () => {
  const value = "08:00-18:00@Europe/Berlin";
  assertEquals(holds(value, "2026-01-15T06:59:00Z"), false);
  assertEquals(holds(value, "2026-01-15T07:00:00Z"), true);
  assertEquals(holds(value, "2026-07-15T06:00:00Z"), true);
  assertEquals(holds(value, "2026-07-15T16:00:00Z"), false);
  assertEquals(holds("08:00-18:00@+02:00", "2026-01-15T06:00:00Z"), true);
  assertEquals(holds("08:00-18:00", "2026-01-15T06:59:00Z"), false);
});

Deno.test("TIME: an hour that is left out does not come, one that comes twice holds twice", () => {
  // Berlin, 29 March 2026: 02:00 becomes 03:00. 25 October: 03:00 becomes 02:00.
  const value = "02:15-02:45@Europe/Berlin";
  const minutes = (day: string) =>
    Array.from({ length: 24 * 60 }, (_, i) => Date.parse(day) + i * 60_000)
      .filter((ms) => holds(value, new Date(ms).toISOString())).length;
  assertEquals(minutes("2026-03-29T00:00:00Z"), 0);
  assertEquals(minutes("2026-10-25T00:00:00Z"), 60);
  assertEquals(minutes("2026-07-01T00:00:00Z"), 30);
});

Deno.test("ZonedClock: one clock goes through a change as the zone does", () => {
  const clock = new ZonedClock("Europe/Berlin");
  const at = (moment: string) =>
    minuteText(clock.minuteOfWeek(Date.parse(moment)));
  assertEquals(at("2026-03-29T00:59:59Z"), "Sun 01:59");
  assertEquals(at("2026-03-29T01:00:00Z"), "Sun 03:00");
  assertEquals(at("2026-03-29T00:59:59Z"), "Sun 01:59");
  assertEquals(at("2026-10-25T00:59:59Z"), "Sun 02:59");
  assertEquals(at("2026-10-25T01:00:00Z"), "Sun 02:00");
  assertEquals(shown("Asia/Kathmandu", "2026-07-01T18:14:59Z"), "Wed 23:59");
  assertEquals(shown("Asia/Kathmandu", "2026-07-01T18:15:00Z"), "Thu 00:00");
  assertEquals(shown("UTC", "1969-12-31T23:59:00Z"), "Wed 23:59");
});

Deno.test("ZonedClock: UTC counts as the runtime's calendar does", () => {
  fc.assert(fc.property(fc.date({ noInvalidDate: true }), (date) => {
    const minute = (date.getUTCDay() + 6) % 7 * 1440 +
      date.getUTCHours() * 60 + date.getUTCMinutes();
    assertStrictEquals(
      new ZonedClock("UTC").minuteOfWeek(date.getTime()),
      minute,
    );
  }));
});

const two = (n: number) => String(n).padStart(2, "0");
const hour = fc.tuple(fc.nat(23), fc.nat(59))
  .map(([h, m]) => `${two(h)}:${two(m)}`);
const text = fc.tuple(
  fc.uniqueArray(fc.constantFrom("Mon", "Wed", "Sat", "Sun", "Thu-Fri")),
  fc.array(fc.tuple(hour, hour).map(([a, b]) => `${a}-${b}`), {
    minLength: 1,
    maxLength: 3,
  }),
).map(([days, hours]) =>
  (days.length > 0 ? `${days.join(",")}@` : "") + hours.join(",")
).filter((value) => parseWindows(value).ok);

Deno.test("windows: what they cover, what they leave out, and both together", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [one, other] = [windowsOf(a), windowsOf(b)];
      const rest = complement(one);
      assertEquals(duration(one) + duration(rest), WEEK_MINUTES);
      let all = true;
      for (let minute = 0; minute < WEEK_MINUTES; minute++) {
        assertNotEquals(isWithin(one, minute), isWithin(rest, minute));
        all &&= !isWithin(other, minute) || isWithin(one, minute);
      }
      assertEquals(covers(one, other), all);
    }),
    { numRuns: 40 },
  );
});

Deno.test("TIME: windows hold as each of them does by itself", () => {
  const names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  fc.assert(fc.property(
    hour,
    hour,
    fc.constantFrom(...names),
    fc.nat(WEEK_MINUTES - 1),
    (from, to, day, minute) => {
      fc.pre(from !== to);
      const of = (clock: string) =>
        Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
      const start = names.indexOf(day) * 1440 + of(from);
      const length = (of(to) - of(from) + 1440) % 1440;
      const expected = (minute - start + WEEK_MINUTES) % WEEK_MINUTES < length;
      const windows = windowsOf(`${day}@${from}-${to}`);
      assertEquals(isWithin(windows, minute), expected);
    },
  ));
});
