/**
 * The wall clock of a time zone.
 *
 * @module
 */

/** Minutes in a week. */
export const WEEK_MINUTES = 7 * 24 * 60;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** The epoch was a Thursday; weeks begin with Monday. */
const EPOCH_MINUTE = 3 * DAY_MINUTES;
const DAYS: readonly string[] = [
  "Mon",
  "Tue",
  "Wed",
  "Thu",
  "Fri",
  "Sat",
  "Sun",
];

/**
 * Says which minute of the week it is in a zone, daylight saving time included.
 *
 * Zones differ from UTC by whole minutes (since 1972), so the zone is asked only
 * when the minute is another one than the last time.
 */
export class ZonedClock {
  /** The zone's name, spelt as the zone database has it: `Europe/Berlin`. */
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  #askedMinute = NaN;
  #answer = 0;

  /**
   * @param zone A name of the zone database or an offset such as `+02:00`.
   * @throws {RangeError} When there is no such zone.
   */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    this.zone = this.#format.resolvedOptions().timeZone;
  }

  /**
   * The minute of the week on the zone's clocks; 0 is Monday 00:00.
   *
   * @param ms Milliseconds since the epoch.
   */
  minuteOfWeek(ms: number): number {
    const minute = Math.floor(ms / MINUTE_MS);
    if (minute !== this.#askedMinute) {
      this.#answer = this.zone === "UTC"
        ? modulo(minute + EPOCH_MINUTE, WEEK_MINUTES)
        : this.#ask(minute * MINUTE_MS);
      this.#askedMinute = minute;
    }
    return this.#answer;
  }

  #ask(ms: number): number {
    const parts = new Map(
      this.#format.formatToParts(ms).map(({ type, value }) => [type, value]),
    );
    return DAYS.indexOf(parts.get("weekday")!) * DAY_MINUTES +
      Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
  }
}

/** The remainder that is never negative. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** A minute of the week as people say it: `Mon 08:00`. */
export function minuteText(minuteOfWeek: number): string {
  const minute = minuteOfWeek % DAY_MINUTES;
  const two = (number: number) => String(number).padStart(2, "0");
  return `${DAYS[Math.floor(minuteOfWeek / DAY_MINUTES)]} ${
    two(Math.floor(minute / 60))
  }:${two(minute % 60)}`;
}
