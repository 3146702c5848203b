/**
 * `passthru status`: what does a running passthru do right now?
 *
 * @module
 */
import { AdminClient } from "../../admin/client.ts";
import { adminPlace } from "../admin_place.ts";
import { ExitCode } from "../exit_code.ts";
import type { Command, ParsedArguments } from "../command.ts";
import type { Output } from "../output.ts";
import { jsonText } from "../json_text.ts";
import { statusText } from "./status_text.ts";
import { ADMIN_ACCESS, HELP } from "../shared_options.ts";

/**
 * Runs the command.
 *
 * @returns The exit code.
 * @throws {PassthruError} When the admin server does not answer.
 */
export async function status(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const place = await adminPlace(values);
  if (typeof place === "string") {
    output.err(`${place}\n`);
    return ExitCode.config;
  }
  using client = new AdminClient(place);
  output.out(
    values.has("json")
      ? jsonText(await client.state())
      : statusText(await client.state({ config: "no" })),
  );
  return ExitCode.ok;
}

/** `passthru status`. */
export const STATUS_COMMAND: Command = {
  name: "status",
  summary: "Show the state of a running passthru",
  details: [
    'Asks the admin server ("admin" in the config) and prints listeners, protocols, targets with their health, workers, the reasons of closed connections, and the warnings of "check" about the config. Exits with 1 if the admin server does not answer.',
  ],
  options: [
    ...ADMIN_ACCESS,
    { long: "json", help: "Print the complete answer as JSON" },
    HELP,
  ],
  examples: [
    ["status", "the passthru with admin address 127.0.0.1:9901"],
    ["status -c passthru.jsonc --json", "everything, for a script"],
  ],
  run: status,
};
