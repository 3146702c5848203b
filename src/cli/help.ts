/**
 * Help and version texts.
 *
 * @module
 */
import { CONFIG_VERSION } from "../config/version.ts";
import { COMMANDS, type CommandSpec, type OptionSpec } from "./commands.ts";
import { formatRows, wrap } from "./table.ts";
import manifest from "../../deno.json" with { type: "json" };

/** Version of this program. */
export const VERSION: string = manifest.version;

/** The help of the whole program. */
export function programHelp(): string {
  const run = COMMANDS[0]!;
  return [
    "passthru: one port, many services.",
    "",
    wrap(
      "Listens on a port, peeks at the first bytes of each connection, works out which protocol it is (TLS by SNI and ALPN, HTTP by host, SSH, ...) without decrypting anything, and joins the raw stream to the target that the config names.",
    ),
    "",
    "Usage:",
    "  passthru [run] -c FILE [options]",
    "  passthru COMMAND [options]",
    "",
    "Commands:",
    formatRows(COMMANDS.map(({ name, summary }) => [name, summary]), 2),
    "",
    'Options of "run":',
    optionRows(run.options),
    "",
    ...run.details.map(wrap),
    "",
    "Examples:",
    exampleRows([
      ...run.examples,
      ...commandNamed("check").examples,
      ...commandNamed("top").examples.slice(0, 1),
    ]),
    "",
    "Exit codes: 0 stopped in order, 1 failed to start or run, 2 wrong usage, 78 bad config",
    `Config language: ${CONFIG_VERSION}; files of v0.2.0 run unchanged`,
    'Use "passthru help COMMAND" for more about a command',
    "",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp(command: CommandSpec): string {
  if (command === COMMANDS[0]) return programHelp();
  const parts = [
    `passthru ${command.name}: ${command.summary}.`,
    `Usage:\n  ${usage(command)}`,
  ];
  parts.push(...command.details.map(wrap));
  if (command.options.length > 0) {
    parts.push(`Options:\n${optionRows(command.options)}`);
  }
  if (command.examples.length > 0) {
    parts.push(`Examples:\n${exampleRows(command.examples)}`);
  }
  return parts.join("\n\n") + "\n";
}

/** Its command line: what may stand there. */
function usage({ name, argument, options }: CommandSpec): string {
  const words = ["passthru", name];
  if (argument !== undefined) words.push(`[${argument}]`);
  if (options.length > 0) words.push("[options]");
  return words.join(" ");
}

function commandNamed(name: string): CommandSpec {
  return COMMANDS.find((command) => command.name === name)!;
}

/** The version text; its first line is for machines too. */
export function versionText(): string {
  return `passthru ${VERSION}\ndeno ${Deno.version.deno}\nv8 ${Deno.version.v8}\n`;
}

function optionRows(options: readonly OptionSpec[]): string {
  return formatRows(
    options.map(({ long, short, value, help }) => [
      `${short === undefined ? "   " : `-${short},`} --${long}${
        value === undefined ? "" : ` ${value}`
      }`,
      help,
    ]),
    2,
  );
}

function exampleRows(
  examples: readonly (readonly [string, string])[],
): string {
  return formatRows(
    examples.map(([line, what]) => [`passthru ${line}`, what]),
    2,
  );
}
