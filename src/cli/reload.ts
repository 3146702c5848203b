/**
 * `passthru reload`: have a running passthru read its config again.
 *
 * @module
 */
import type { ConfigNote, ReloadAnswer } from "../admin/api.ts";
import { AdminClient } from "../admin/client.ts";
import { escapeUnprintable } from "../observe/log.ts";
import { type AdminPlace, adminPlace } from "./admin_place.ts";
import type { Command, ParsedArguments } from "./command.ts";
import { ExitCode } from "./exit_code.ts";
import type { Output } from "./output.ts";
import { readConfig } from "./read_config.ts";
import { ADMIN_ACCESS, HELP } from "./shared_options.ts";

/** Longest wait for the outcome, in milliseconds: the server's own, and more. */
const TIMEOUT_MS = 35_000;

/**
 * Runs the command.
 *
 * @returns The exit code: 0, or 78 when the config cannot be served.
 * @throws {PassthruError} When the admin server does not answer.
 */
export async function reload(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const place = await placeOf(values, output);
  if (place === null) return ExitCode.config;
  using client = new AdminClient({ ...place, timeoutMs: TIMEOUT_MS });
  const outcome = await client.reload();
  const { notes = [] } = outcome.ok ? outcome.answer : outcome;
  const say = (line: string) => output.err(`${escapeUnprintable(line)}\n`);
  notes.map(noteText).forEach(say);
  if (outcome.ok) {
    output.out(changesText(outcome.answer));
    return ExitCode.ok;
  }
  outcome.error.split("\n").forEach(say);
  say("reload failed, the old config stays in use");
  return ExitCode.config;
}

/**
 * Where to ask. A config that says it no more has been changed since, so all that
 * is wrong with it is printed.
 */
async function placeOf(
  values: ReadonlyMap<string, string>,
  output: Output,
): Promise<AdminPlace | null> {
  const place = await adminPlace(values);
  if (typeof place !== "string") return place;
  const config = await readConfig(values.get("config"), output);
  if (config === null) {
    output.err("not reloaded, the old config stays in use\n");
  } else output.err(`${place}, or SIGHUP to its process\n`);
  config?.[Symbol.dispose]();
  return null;
}

function noteText({ place, severity, message }: ConfigNote): string {
  return `${place}: ${severity}: ${message}`;
}

function changesText({ generation, changes }: ReloadAnswer): string {
  const lines = changes.length === 0
    ? [`nothing has changed, generation ${generation} stays in use`]
    : [
      `reloaded, generation ${generation}:`,
      ...changes.map((change) => `  ${change}`),
    ];
  return lines.map((line) => `${escapeUnprintable(line)}\n`).join("");
}

/** `passthru reload`. */
export const RELOAD_COMMAND: Command = {
  name: "reload",
  summary: "Reload the config of a running passthru and print the result",
  details: [
    'Asks the admin server ("admin" in the config), waits for the result, and prints what changed, or every problem. Exits with 0, with 78 if the config is invalid (the old one stays in use), and with 1 if there is no answer. Without an admin server, SIGHUP reloads and the log has the result.',
    "If the new config moves the admin server, give the old address with --admin.",
  ],
  options: [...ADMIN_ACCESS, HELP],
  examples: [
    ["reload -c passthru.jsonc", "of the passthru that serves this config"],
    ["reload --admin 127.0.0.1:9901", "of the one with this admin server"],
  ],
  run: reload,
};
