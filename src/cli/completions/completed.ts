/**
 * What a shell has to know of the commands to complete them.
 *
 * @module
 */
import type { Command, CommandSpec, OptionSpec } from "../command.ts";
import { argumentOf } from "../config_argument.ts";

/** What may stand in a place of a command line. */
export type Completed =
  | { readonly kind: "files" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** Something that cannot be known. */
  | { readonly kind: "any" };

/** The value of an option; `null`: it takes none. */
export function valueOf({ value, words }: OptionSpec): Completed | null {
  if (value === undefined) return null;
  if (words !== undefined) return { kind: "words", words };
  return { kind: value === "FILE" ? "files" : "any" };
}

/** The argument of a command; `null`: it takes none. */
export function argumentValue(
  command: CommandSpec,
  commands: readonly CommandSpec[],
): Completed | null {
  const { argument, argumentWords } = command;
  if (argumentWords !== undefined) {
    return { kind: "words", words: argumentWords };
  }
  if (argument === "COMMAND") {
    return { kind: "words", words: namesOf(commands) };
  }
  return argumentOf(command) === undefined ? null : { kind: "files" };
}

/** The names of commands. */
export function namesOf(commands: readonly CommandSpec[]): string[] {
  return commands.map(({ name }) => name);
}

/** The spellings of an option: `-c` and `--config`. */
export function spellingsOf({ long, short }: OptionSpec): string[] {
  return [...(short === undefined ? [] : [`-${short}`]), `--${long}`];
}

/** Makes the completions of a shell. */
export type MakeCompletions = (commands: readonly Command[]) => string;
