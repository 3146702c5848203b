/**
 * Reading a command line.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { didYouMean } from "../config/diagnostics.ts";
import {
  type Command,
  type CommandSpec,
  type OptionSpec,
  type ParsedArguments,
  UsageError,
} from "./command.ts";
import { isFileName, takeConfig } from "./config_argument.ts";

/** The name of the command in a command line; `null`: it has none. */
export function commandName(args: readonly string[]): string | null {
  const [word] = args;
  return word === undefined || word.startsWith("-") || isFileName(word)
    ? null
    : word;
}

/**
 * Parses a command line. `-c=file` means `-c file`, as the original spells it,
 * and a file where a command or an argument may stand is the config.
 *
 * @param commands The first is the one that needs no name.
 * @throws {UsageError}
 */
export function parseArguments(
  args: readonly string[],
  commands: readonly Command[],
): ParsedArguments {
  const name = commandName(args);
  const command = name === null
    ? commands[0]
    : commands.find((known) => known.name === name);
  if (command === undefined) {
    const names = commands.map(({ name }) => name);
    throw new UsageError([
      `Unknown command ${JSON.stringify(name)}${didYouMean(name!, names)}`,
    ]);
  }
  return parseOptions(command, args.slice(name === null ? 0 : 1));
}

function parseOptions(
  command: Command,
  args: readonly string[],
): ParsedArguments {
  const values = new Map<string, string>();
  const problems: string[] = [];
  const { _: found } = parseArgs(spellOut(command, args), {
    string: "_",
    // No option is declared, so that each is told here, in its turn.
    unknown: (argument, key) => {
      if (key === undefined) return true;
      const { name, value } = splitOption(argument)!;
      const option = optionNamed(command, name);
      const problem = option === undefined
        ? unknownOption(command, name)
        : valueProblem(option, { name, value, values });
      if (problem === null) values.set(option!.long, value);
      else problems.push(problem);
      return false;
    },
  });
  const positionals = found.map(String);
  const problem = takeConfig(command, positionals, values);
  if (problem !== null) problems.push(problem);
  const unexpected = positionals[command.argument === undefined ? 0 : 1];
  if (unexpected !== undefined) {
    problems.push(`Unexpected argument ${JSON.stringify(unexpected)}`);
  }
  if (problems.length > 0) throw new UsageError(problems);
  return { command, values, positionals };
}

/**
 * Each option as one argument, `NAME=VALUE`, which leaves nothing to guess:
 * `-c x`, `-cx` and `-c=x` are `-c=x`, and `-hV` is `-h=` and `-V=`.
 */
function spellOut(command: CommandSpec, args: readonly string[]): string[] {
  const spelled: string[] = [];
  const left = [...args];
  while (left.length > 0) {
    const argument = left.shift()!;
    if (argument === "--") return [...spelled, argument, ...left];
    const option = splitOption(argument);
    if (option === null || option.equals) {
      spelled.push(argument);
      continue;
    }
    const { name, value } = option;
    const takesValue = optionNamed(command, name)?.value !== undefined;
    if (takesValue && value === "") {
      spelled.push(`${name}=${left.shift() ?? ""}`);
    } else if (takesValue || !/^[^-]/.test(value)) {
      spelled.push(`${name}=${value}`);
    } else {
      spelled.push(`${name}=`);
      left.unshift(`-${value}`);
    }
  }
  return spelled;
}

/** The parts of an option; `null`: the argument is none. */
function splitOption(
  argument: string,
): { name: string; equals: boolean; value: string } | null {
  const found = /^(--=?[^=]*|-[^-])(=?)(.*)$/su.exec(argument);
  if (found === null) return null;
  const [, name = "", equals, value = ""] = found;
  return { name, equals: equals === "=", value };
}

function optionNamed(
  { options }: CommandSpec,
  name: string,
): OptionSpec | undefined {
  return options.find(({ long, short }) =>
    name === `--${long}` || name === `-${short}`
  );
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

/** An option as it is given. */
interface GivenOption {
  /** As it is spelled there. */
  readonly name: string;
  /** `""`: none. */
  readonly value: string;
  /** Those before it. */
  readonly values: ReadonlyMap<string, string>;
}

function valueProblem(
  option: OptionSpec,
  { name, value, values }: GivenOption,
): string | null {
  if (values.has(option.long)) return `Option "${name}" is given twice`;
  if (option.value === undefined) {
    return value === "" ? null : `Option "${name}" takes no value`;
  }
  const missing = value === "" ||
    (value.startsWith("-") && value !== "-" && !/^-\d/.test(value));
  if (!missing) return null;
  const hint = option.short === "t"
    ? ' (to check a config, use "passthru check -c FILE")'
    : "";
  return `Option "${name}" has no value: expected "${name} ${option.value}"${hint}`;
}
