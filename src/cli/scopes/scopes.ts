/**
 * `passthru scopes`: the permissions that a config needs, and no more.
 *
 * @module
 */
import { resolve } from "node:path";
import { escapeUnprintable } from "../../observe/log.ts";
import { absolutePlaces } from "../file_paths.ts";
import { ExitCode } from "../exit_code.ts";
import { isolationOf } from "../isolation.ts";
import { type Command, type ParsedArguments, UsageError } from "../command.ts";
import { jsonText } from "../json_text.ts";
import type { Output } from "../output.ts";
import { filePath, scopeFlags, scopesOf } from "../permissions.ts";
import { readConfig } from "../read_config.ts";
import { reloadCommand, serviceCommand } from "./service_command.ts";
import { systemdUnit } from "./systemd.ts";
import { unusablePlaces } from "./unreadable.ts";
import { usedPlaces } from "./used_places.ts";
import { reachNotes, wideNotes } from "./wide_notes.ts";
import { CONFIG, HELP, ISOLATION } from "../shared_options.ts";

/** Runs the command. @returns The exit code. */
export async function scopes(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  if (values.has("json") && values.has("systemd")) {
    throw new UsageError([
      'Options "--json" and "--systemd" exclude each other',
    ]);
  }
  const isolation = isolationOf(values.get("isolation"));
  using config = await readConfig(values.get("config"), output);
  if (config === null) return ExitCode.config;
  const given = values.get("config")!;
  const file = given === "-" ? given : resolve(given);
  const places = absolutePlaces(config.places);
  const { reach } = config;
  const needed = await scopesOf(config.plan, { file, places, reach });
  for (const note of [...wideNotes(config.plan), ...reachNotes(reach)]) {
    output.err(`note: ${note}\n`);
  }
  if (values.has("json")) output.out(jsonText(needed));
  else if (values.has("systemd")) {
    const sources = Deno.build.standalone ? null : sourcesFolder();
    const command = serviceCommand(needed, { file, isolation, sources });
    const reload = reloadCommand(config.plan, { file, sources });
    output.out(systemdUnit({ command, reload, sources }, config.plan));
    const used = usedPlaces(config.plan, { file, places, sources });
    for (const warning of await unusablePlaces(used)) {
      output.err(`warning: ${escapeUnprintable(warning)}\n`);
    }
  } else output.out(scopeFlags(needed).join(" ") + "\n");
  return ExitCode.ok;
}

/** The folder of main.ts. */
export function sourcesFolder(): string {
  return filePath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
}

/** `passthru scopes`. */
export const SCOPES_COMMAND: Command = {
  name: "scopes",
  summary: "Print the Deno permissions that a config needs",
  details: [
    "Prints the options for deno run on one line, quoted for a shell. passthru needs no other permissions.",
    "Deno compares permissions as text: a host name is allowed whatever it resolves to.",
    "With --systemd it prints a hardened unit. It warns on standard error about files that the user of the unit cannot read, and suggests what to do.",
  ],
  options: [
    CONFIG,
    { long: "json", help: "Print the permissions as JSON" },
    {
      long: "systemd",
      help: "Print a hardened systemd unit with these permissions",
    },
    ISOLATION,
    HELP,
  ],
  examples: [
    ["scopes -c passthru.jsonc", "options for deno run"],
    ["scopes -c passthru.jsonc --systemd", "a unit for systemd"],
  ],
  run: scopes,
};
