/**
 * `passthru help`, and the texts of the help.
 *
 * @module
 */
import { CONFIG_VERSION } from "../config/version.ts";
import {
  type Command,
  type CommandSpec,
  type OptionSpec,
  type ParsedArguments,
  UsageError,
} from "./command.ts";
import { argumentOf } from "./config_argument.ts";
import { EXIT_CODE_TEXTS, ExitCode } from "./exit_code.ts";
import type { Output } from "./output.ts";
import { HELP } from "./shared_options.ts";
import { formatRows, wrap } from "./table.ts";

/** What the program does. */
export const PURPOSE: string =
  "Listens on a port, peeks at the first bytes of each connection, detects the protocol (TLS by SNI and ALPN, HTTP by host, SSH, ...) without decrypting anything, and forwards the unchanged bytes to the target that the config names.";

/** The help of the whole program. */
export function programHelp(commands: readonly CommandSpec[]): string {
  const run = commands[0]!;
  return [
    "passthru: one port, many services.",
    "",
    wrap(PURPOSE),
    "",
    "Usage:",
    "  passthru [run] FILE [options]",
    "  passthru COMMAND [options]",
    "",
    "Commands:",
    formatRows(commands.map(({ name, summary }) => [name, summary]), 2),
    "",
    'Options of "run":',
    optionRows(run.options),
    "",
    ...run.details.map(wrap),
    "",
    "Examples:",
    exampleRows([
      ...run.examples,
      ...["check", "top"].flatMap((name) =>
        commands.find((command) => command.name === name)!.examples.slice(0, 1)
      ),
    ]),
    "",
    `Exit codes: ${
      EXIT_CODE_TEXTS.map(([code, text]) => `${code} ${text}`).join(", ")
    }`,
    `Config language: ${CONFIG_VERSION}; files of v0.2.0 work unchanged`,
    '"passthru help COMMAND" shows the help of a command',
    "",
  ].join("\n");
}

/** The help of one command; that of the first is the program's. */
export function commandHelp(
  command: CommandSpec,
  commands: readonly CommandSpec[],
): string {
  if (command === commands[0]) return programHelp(commands);
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

/** The command line of a command: what may stand there. */
export function usage(command: CommandSpec): string {
  const words = ["passthru", command.name];
  const argument = argumentOf(command);
  if (argument !== undefined) words.push(`[${argument}]`);
  if (command.options.length > 0) words.push("[options]");
  return words.join(" ");
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

function help(
  { positionals }: ParsedArguments,
  output: Output,
  commands: readonly Command[],
): number {
  const [name] = positionals;
  const command = name === undefined
    ? commands[0]
    : commands.find((known) => known.name === name);
  if (command === undefined) {
    throw new UsageError([`Unknown command ${JSON.stringify(name)}`]);
  }
  output.out(commandHelp(command, commands));
  return ExitCode.ok;
}

/** `passthru help`. */
export const HELP_COMMAND: Command = {
  name: "help",
  summary: "Show the help of a command",
  argument: "COMMAND",
  details: [],
  options: [HELP],
  examples: [["help check", "show the help of check"]],
  run: help,
};
