/**
 * Who connects, and when, as `passthru explain` is told.
 *
 * @module
 */
import { ipBytes } from "../../address/ip_address.ts";
import type { Flow } from "../../explain/flow.ts";
import { UsageError } from "../command.ts";

/** A date and a time with a zone (RFC 3339 §5.6), its fields in order. */
const RFC3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads `--from` and `--at` (or `--time`). They are stronger than what an input says.
 *
 * @throws {UsageError} With all values that are wrong.
 */
export function originOf(
  values: ReadonlyMap<string, string>,
): Pick<Flow, "from" | "acceptedAt"> {
  const from = values.get("from");
  const option = values.has("at") ? "at" : "time";
  const time = values.get(option);
  const acceptedAt = time === undefined ? undefined : parseTime(time);
  const problems: string[] = [];
  if (values.has("at") && values.has("time")) {
    problems.push('Options "--at" and "--time" exclude each other');
  }
  if (from !== undefined && ipBytes(from) === null) {
    problems.push(
      `Invalid value of "--from": found "${from}", expected an IP address such as "192.0.2.7" or "2001:db8::7"`,
    );
  }
  if (acceptedAt === null) {
    problems.push(
      `Invalid value of "--${option}": found "${time}", expected a time such as "2026-07-01T09:30:00Z" or "2026-07-01T09:30:00+02:00"`,
    );
  }
  if (problems.length > 0) throw new UsageError(problems);
  return {
    ...(from === undefined ? {} : { from }),
    ...(acceptedAt === undefined || acceptedAt === null ? {} : { acceptedAt }),
  };
}

/** Milliseconds since the epoch; `null`: it is no such time. */
function parseTime(text: string): number | null {
  const found = RFC3339.exec(text);
  if (found === null) return null;
  const [, date, time, zone] = found;
  const ms = Date.parse(`${date}T${time}${zone!.toUpperCase()}`);
  // The runtime takes the 31st of February for the 3rd of March.
  const day = Date.parse(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(day) &&
    new Date(day).toISOString().startsWith(date!);
  return exists && !Number.isNaN(ms) ? ms : null;
}
