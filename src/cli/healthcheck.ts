/**
 * `passthru healthcheck`: does a running passthru take connections?
 *
 * @module
 */
import { AdminClient } from "../admin/client.ts";
import { PassthruError } from "../errors.ts";
import { adminPlace } from "./admin_place.ts";
import { ExitCode } from "./exit_code.ts";
import type { Command, ParsedArguments } from "./command.ts";
import type { Output } from "./output.ts";
import { ADMIN_PLACE, HELP } from "./shared_options.ts";

/** Longest wait for the answer: less than probes wait, in milliseconds. */
const TIMEOUT_MS = 3_000;

/** Runs the command. @returns The exit code: 0, or 1 after one line. */
export async function healthcheck(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const problem = await problemOf(values);
  if (problem !== null) {
    output.err(`${problem}\n`);
    return ExitCode.failed;
  }
  output.out(values.has("live") ? "alive\n" : "ready\n");
  return ExitCode.ok;
}

/** Why it is not as it should be; `null`: it is. */
async function problemOf(
  values: ReadonlyMap<string, string>,
): Promise<string | null> {
  try {
    // Whether it is well, everybody may ask.
    const place = await adminPlace(values, { token: false });
    if (typeof place === "string") return place;
    using client = new AdminClient({ ...place, timeoutMs: TIMEOUT_MS });
    const live = values.has("live");
    const { ok, text } = await client.health(live ? "/healthz" : "/readyz");
    if (ok) return null;
    return `${place.host} is not ${live ? "alive" : "ready"}: ${text}`;
  } catch (error) {
    if (error instanceof PassthruError) return error.message;
    throw error;
  }
}

/** `passthru healthcheck`. */
export const HEALTHCHECK_COMMAND: Command = {
  name: "healthcheck",
  summary: "Test whether a running passthru is ready, for containers",
  details: [
    "Exits with 0 if it accepts connections. Otherwise, or without an answer within 3 seconds, exits with 1 and prints the reason. While passthru starts or drains, it is alive but not ready.",
  ],
  options: [
    ...ADMIN_PLACE,
    { long: "live", help: "Only test whether it is alive" },
    HELP,
  ],
  examples: [
    [
      "healthcheck -c /etc/passthru/passthru.jsonc",
      "does it accept connections",
    ],
    ["healthcheck --live", "does the process answer"],
  ],
  run: healthcheck,
};
