/**
 * Reading a command line.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { didYouMean } from "../config/diagnostics.ts";
import {
  type Command,
  type CommandSpec,
  type OptionSpec,
  type ParsedArguments,
  UsageError,
} from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { isFileName, takeConfig } from "./config_argument.ts";

/**
 * Parses a command line. `-c=file` means `-c file`, as the original spells it,
 * and a file where a command or an argument may stand is the config.
 *
 * @throws {UsageError}
 */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const named = args[0] !== undefined && !args[0].startsWith("-") &&
    !isFileName(args[0]);
  const command = named
    ? COMMANDS.find(({ name }) => name === args[0])
    : COMMANDS[0];
  if (command === undefined) {
    const names = COMMANDS.map(({ name }) => name);
    throw new UsageError([
      `Unknown command ${JSON.stringify(args[0])}${
        didYouMean(args[0]!, names)
      }`,
    ]);
  }
  const rest = args.slice(named ? 1 : 0).flatMap(splitShort);
  return parseOptions(command, rest);
}

/** `-c=file` as two arguments. */
function splitShort(argument: string): string[] {
  const found = /^(-[A-Za-z])=(.*)$/s.exec(argument);
  return found === null ? [argument] : [found[1]!, found[2]!];
}

function parseOptions(command: Command, args: string[]): ParsedArguments {
  const { tokens, positionals } = parseArgs({
    args,
    options: Object.fromEntries(command.options.map((option) => [option.long, {
      type: option.value === undefined ? "boolean" as const : "string" as const,
      ...(option.short === undefined ? {} : { short: option.short }),
    }])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = command.options.find(({ long }) => long === token.name);
    const problem = option === undefined
      ? unknownOption(command, token.rawName)
      : valueProblem(option, token.rawName, token.value, values);
    if (problem !== null) problems.push(problem);
    else values.set(token.name, token.value ?? "");
  }
  const problem = takeConfig(command, positionals, values);
  if (problem !== null) problems.push(problem);
  const unexpected = positionals[command.argument === undefined ? 0 : 1];
  if (unexpected !== undefined) {
    problems.push(`Unexpected argument ${JSON.stringify(unexpected)}`);
  }
  if (problems.length > 0) throw new UsageError(problems);
  return { command, values, positionals };
}

function unknownOption(command: CommandSpec, name: string): string {
  const names = command.options.flatMap(({ long, short }) =>
    short === undefined ? [`--${long}`] : [`--${long}`, `-${short}`]
  );
  const guess = name.startsWith("--") || name.length > 2
    ? didYouMean(name, names.filter((known) => known.startsWith("--")))
    : "";
  return `Unknown option "${name}" of "${command.name}"${guess}`;
}

function valueProblem(
  option: OptionSpec,
  name: string,
  value: string | undefined,
  values: ReadonlyMap<string, string>,
): string | null {
  if (values.has(option.long)) return `Option "${name}" is given twice`;
  if (option.value === undefined) {
    return value === undefined ? null : `Option "${name}" takes no value`;
  }
  const missing = value === undefined || value === "" ||
    (value.startsWith("-") && value !== "-" && !/^-\d/.test(value));
  if (!missing) return null;
  const hint = option.short === "t"
    ? ' (to check a config, use "passthru check -c FILE")'
    : "";
  return `Option "${name}" has no value: expected "${name} ${option.value}"${hint}`;
}
