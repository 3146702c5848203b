/**
 * `passthru status`: what does a running passthru do right now?
 *
 * @module
 */
import { AdminClient } from "../../admin/client.ts";
import { escapeUnprintable } from "../../observe/log.ts";
import { adminPlace } from "../admin_place.ts";
import { ExitCode } from "../exit_code.ts";
import type { ParsedArguments } from "../options.ts";
import type { Output } from "../output.ts";
import { statusText } from "./status_text.ts";

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

function jsonText(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).split("\n");
  return lines.map(escapeUnprintable).join("\n") + "\n";
}
