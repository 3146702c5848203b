/** The log lines of connections. */
import { assert } from "@std/assert";
import type { LogLine, PassthruProcess } from "./process.ts";
import { within } from "./wait.ts";

/**
 * How a connection between real programs ends: which side is first to end, and
 * whether the client closes over bytes that it does not want, is up to them.
 */
const ORDERLY = ["client_eof", "target_eof", "client_reset"];

/**
 * Waits for so many connections to end; gives all their lines so far, in the
 * order in which the connections were accepted.
 */
export async function connectionLines(
  passthru: PassthruProcess,
  count: number,
): Promise<LogLine[]> {
  let seen = 0;
  await within(
    `${count} lines of connections`,
    passthru.line(({ msg }) => msg === "connection" && ++seen === count),
  );
  return passthru.lines.filter(({ msg }) => msg === "connection")
    .sort((a, b) => Number(a["conn"]) - Number(b["conn"]));
}

/** Checks that no connection was refused, timed out or broken by its target. */
export function assertOrderlyEnds(lines: readonly LogLine[]): void {
  for (const line of lines) {
    assert(
      ORDERLY.includes(String(line["reason"])),
      `an end that should not be: ${JSON.stringify(line)}`,
    );
  }
}
