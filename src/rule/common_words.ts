/**
 * The rule words that every protocol has: `FROM` and `TIME`.
 *
 * They are about the connection and not about its bytes, so that no detector is
 * asked for them.
 *
 * @module
 */
import { type Cidr, CidrSet, parseCidr } from "../address/cidr.ts";
import type { COMMON_WORDS } from "../detect/registry.ts";
import type { ParsedValue } from "../detect/rule_grammar.ts";
import type { Connection } from "./connection.ts";
import { isWithin, parseWindows, type Windows } from "./time_window.ts";
import { minuteText, ZonedClock } from "./zoned_clock.ts";

/** What a common word asks for. */
export type CommonTest = FromTest | TimeTest;

interface TestBase {
  /** The value, normalised: two tests with the same one are the same. */
  readonly identity: string;
  /** Whether it is so; `null`: that is not known of this connection. */
  test(connection: Connection): boolean | null;
  /** What the connection has, for people; `null`: that is not known. */
  found(connection: Connection): string | null;
}

/** Whether the client's address is in one of the blocks. */
export interface FromTest extends TestBase {
  /** The discriminant. */
  readonly kind: "from";
  readonly blocks: readonly Cidr[];
}

/** Whether the connection was accepted in one of the windows. */
export interface TimeTest extends TestBase {
  /** The discriminant. */
  readonly kind: "time";
  readonly zone: string;
  readonly windows: Windows;
}

/** A value that could be parsed, or why not. */
export type ParsedCommon =
  | { readonly ok: true; readonly test: CommonTest }
  | Extract<ParsedValue, { readonly ok: false }>;

/** A word that every protocol has. */
export interface CommonWord {
  /** An example of a value. */
  readonly example: string;
  /** Parses the value as it stands in the config. */
  parse(value: string): ParsedCommon;
}

/** The words by name. */
export type CommonWords = Readonly<
  Record<typeof COMMON_WORDS[number], CommonWord>
>;

/**
 * Makes the words. Those that are made together share what is costly: one clock
 * for each time zone.
 */
export function commonWords(): CommonWords {
  const clocks = new Map<string, ZonedClock>();
  return {
    FROM: { example: "10.0.0.0/8", parse: parseFrom },
    TIME: {
      example: "08:00-18:00",
      parse: (value) => parseTime(value, clocks),
    },
  };
}

/** Blocks by comma; one of them must hold the address. */
function parseFrom(value: string): ParsedCommon {
  const blocks: Cidr[] = [];
  for (const part of value.split(",")) {
    const parsed = parseCidr(part);
    if (!parsed.ok) {
      return {
        ok: false,
        expected:
          `a block of addresses such as "10.0.0.0/8", or several by comma: ${parsed.problem}`,
        ...(parsed.suggestion === undefined ? {} : {
          suggestion: value.split(",").map((each) =>
            each === part ? parsed.suggestion! : each
          ).join(","),
        }),
      };
    }
    blocks.push(parsed.cidr);
  }
  const texts = [...new Set(blocks.map(({ text }) => text))].sort();
  if (texts.includes("0.0.0.0/0") && texts.includes("::/0")) {
    return { ok: false, expected: "fewer than all addresses" };
  }
  return { ok: true, test: fromTest(blocks, texts) };
}

function fromTest(
  blocks: readonly Cidr[],
  texts: readonly string[],
): FromTest {
  const set = new CidrSet(texts);
  return {
    kind: "from",
    identity: texts.join(","),
    blocks,
    test: ({ address }) => address === null ? null : set.has(address),
    found: ({ client }) => client,
  };
}

/** `[days@]HH:MM-HH:MM[@zone]`; the zone is UTC where there is none. */
function parseTime(
  value: string,
  clocks: Map<string, ZonedClock>,
): ParsedCommon {
  const { week, zone } = splitZone(value);
  const parsed = parseWindows(week);
  if (!parsed.ok) {
    const { expected, suggestion } = parsed;
    return {
      ok: false,
      expected,
      ...(suggestion === undefined
        ? {}
        : { suggestion: suggestion + value.slice(week.length) }),
    };
  }
  const clock = clockOf(zone, clocks);
  return clock === null
    ? unknownZone(zone, week)
    : { ok: true, test: timeTest(parsed.windows, clock) };
}

/** The zone is what is behind the `@` that follows the hours. */
function splitZone(value: string): { week: string; zone: string } {
  const at = value.lastIndexOf("@");
  const behind = value.slice(at + 1);
  return at < 0 || /^\d/.test(behind)
    ? { week: value, zone: "UTC" }
    : { week: value.slice(0, at), zone: behind };
}

function timeTest(windows: Windows, clock: ZonedClock): TimeTest {
  const intervals = windows.map(({ start, end }) => `${start}-${end}`);
  return {
    kind: "time",
    identity: `${intervals.join(",")}@${clock.zone}`,
    zone: clock.zone,
    windows,
    test: ({ acceptedAt }) =>
      acceptedAt === null
        ? null
        : isWithin(windows, clock.minuteOfWeek(acceptedAt)),
    found: ({ acceptedAt }) =>
      acceptedAt === null
        ? null
        : `${minuteText(clock.minuteOfWeek(acceptedAt))} ${clock.zone}`,
  };
}

function clockOf(
  zone: string,
  clocks: Map<string, ZonedClock>,
): ZonedClock | null {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  try {
    const clock = new ZonedClock(zone);
    const same = clocks.get(clock.zone) ?? clock;
    clocks.set(clock.zone, same);
    clocks.set(zone, same);
    return same;
  } catch {
    return null;
  }
}

function unknownZone(zone: string, week: string): ParsedCommon {
  const names = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  const city = names.find((name) =>
    name.toLowerCase().endsWith(`/${zone.toLowerCase()}`)
  );
  return {
    ok: false,
    expected: 'a time zone such as "UTC" or "Europe/Berlin" behind the hours',
    ...(city === undefined
      ? { unknown: { found: zone, names } }
      : { suggestion: `${week}@${city}` }),
  };
}
