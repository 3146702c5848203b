/**
 * Completions for zsh.
 *
 * @module
 */
import type { Command, CommandSpec, OptionSpec } from "../command.ts";
import {
  argumentValue,
  type Completed,
  namesOf,
  spellingsOf,
  valueOf,
} from "./completed.ts";

/** A function for a folder of `fpath`, which may be sourced too. */
export function zshCompletions(commands: readonly Command[]): string {
  return `#compdef passthru
# Completions of passthru for zsh, made by "passthru completions zsh".
_passthru() {
  local command=run
  local -a commands=(
${commands.map(description).join("\n")}
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe -t commands command commands
    _files
    return
  fi
  if (( CURRENT > 2 )); then
    case $words[2] in
      ${namesOf(commands).join("|")})
        command=$words[2]
        shift words
        (( CURRENT-- ))
        ;;
    esac
  fi
  case $command in
${commands.map((command) => commandCase(command, commands)).join("\n")}
  esac
}
if [[ $funcstack[1] == _passthru ]]; then
  _passthru "$@"
else
  compdef _passthru passthru
fi
`;
}

function description({ name, summary }: CommandSpec): string {
  return `    ${quote(`${name}:${escape(summary)}`)}`;
}

function commandCase(
  command: CommandSpec,
  commands: readonly CommandSpec[],
): string {
  const { name, options, argument = "FILE" } = command;
  const value = argumentValue(command, commands);
  const specs = [
    ...options.map(optionSpec),
    ...value === null ? [] : [quote(`1::${argument}:${action(value)}`)],
  ];
  return [
    `    ${name})`,
    "      _arguments -s \\",
    specs.map((spec) => `        ${spec}`).join(" \\\n"),
    "      ;;",
  ].join("\n");
}

/** One option as `_arguments` wants it. */
function optionSpec(option: OptionSpec): string {
  const { long, short, value = "", help } = option;
  const completed = valueOf(option);
  const text = `[${escape(help)}]` +
    (completed === null ? "" : `:${value}:${action(completed)}`);
  // In the same word or the next one.
  const [inShort, inLong] = completed === null ? ["", ""] : ["+", "="];
  if (short === undefined) return quote(`--${long}${inLong}${text}`);
  const either = `(${spellingsOf(option).join(" ")})`;
  return `${quote(either)}{-${short}${inShort},--${long}${inLong}}${
    quote(text)
  }`;
}

function action(value: Completed): string {
  switch (value.kind) {
    case "files":
      return "_files";
    case "words":
      return `(${value.words.join(" ")})`;
    case "any":
      return " ";
  }
}

/** A text between brackets, or behind a colon. */
function escape(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
