/**
 * `passthru scopes`: the permissions that a config needs, and no more.
 *
 * @module
 */
import { ExitCode } from "../exit_code.ts";
import { isolationOf } from "../isolation.ts";
import { type Command, type ParsedArguments, UsageError } from "../command.ts";
import type { Output } from "../output.ts";
import {
  filePath,
  scopeFlags,
  type Scopes,
  scopesOf,
  shellQuote,
} from "../permissions.ts";
import { readConfig } from "../read_config.ts";
import { systemdUnit } from "./systemd.ts";
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
  const file = absolute(values.get("config")!);
  const needed = scopesOf(config.plan, file, isolation);
  if (values.has("json")) output.out(JSON.stringify(needed, null, 2) + "\n");
  else if (values.has("systemd")) {
    const command = commandLine(needed, file, isolation);
    const sources = Deno.build.standalone ? null : sourcesFolder();
    output.out(systemdUnit(command, config.plan, sources));
  } else output.out(scopeFlags(needed).join(" ") + "\n");
  return ExitCode.ok;
}

/** The command line that serves a config with no more than these permissions. */
function commandLine(
  needed: Scopes,
  file: string,
  isolation: string,
): string[] {
  const own = ["-c", shellQuote(file)];
  if (isolation === "none") own.push("--isolation", "none");
  const program = shellQuote(Deno.execPath());
  if (Deno.build.standalone) return [program, ...own];
  const main = `${sourcesFolder()}/main.ts`;
  return [
    program,
    "run",
    "--no-prompt",
    // Without it, a worker that imports a package makes the runtime fetch it.
    "--cached-only",
    ...scopeFlags(needed),
    shellQuote(main),
    ...own,
  ];
}

/** The folder of main.ts. */
function sourcesFolder(): string {
  return filePath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
}

/** A path that means the same from every working folder. */
function absolute(file: string): string {
  if (file === "-" || file.startsWith("/")) return file;
  const folder = new URL(`file://${Deno.cwd()}/`);
  return decodeURIComponent(new URL(encodeURI(file), folder).pathname);
}

/** `passthru scopes`. */
export const SCOPES_COMMAND: Command = {
  name: "scopes",
  summary: "Print the Deno permissions that a config needs, and no more",
  details: [
    "Prints the flags for deno run on one line, quoted for a shell. passthru runs under exactly these.",
    "Permissions of the runtime are compared as texts: a name is granted as that name, whatever it resolves to.",
  ],
  options: [
    CONFIG,
    { long: "json", help: "Print them as JSON" },
    { long: "systemd", help: "Print a hardened systemd unit with them" },
    ISOLATION,
    HELP,
  ],
  examples: [
    ["scopes -c passthru.jsonc", "the flags"],
    ["scopes -c passthru.jsonc --systemd", "a unit for systemd"],
  ],
  run: scopes,
};
