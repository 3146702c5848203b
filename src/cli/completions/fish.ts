/**
 * Completions for fish.
 *
 * @module
 */
import type { Command, CommandSpec, OptionSpec } from "../command.ts";
import {
  argumentValue,
  type Completed,
  namesOf,
  valueOf,
} from "./completed.ts";

/** A script for a folder of completions, which may be sourced too. */
export function fishCompletions(commands: readonly Command[]): string {
  return `# Completions of passthru for fish, made by "passthru completions fish".
function __fish_passthru_is
  set -l words (commandline -opc)
  set -l command run
  if set -q words[2]; and contains -- $words[2] ${namesOf(commands).join(" ")}
    set command $words[2]
  end
  test $command = $argv[1]
end
function __fish_passthru_first
  test (count (commandline -opc)) -eq 1
end
complete -c passthru -f
${commands.map(nameLine).join("\n")}
${commands.flatMap((command) => commandLines(command, commands)).join("\n")}
`;
}

function nameLine({ name, summary }: CommandSpec): string {
  return `complete -c passthru -n __fish_passthru_first -a ${name} -d ${
    quote(summary)
  }`;
}

function commandLines(
  command: CommandSpec,
  commands: readonly CommandSpec[],
): string[] {
  const start = `complete -c passthru -n '__fish_passthru_is ${command.name}'`;
  const argument = argumentValue(command, commands);
  return [
    ...command.options.map((option) => `${start} ${optionText(option)}`),
    ...argument === null ? [] : [`${start} ${argumentText(argument)}`],
  ];
}

function optionText(option: OptionSpec): string {
  const { long, short, help } = option;
  const value = valueOf(option);
  return [
    ...short === undefined ? [] : [`-s ${short}`],
    `-l ${long}`,
    ...value === null ? [] : [valueText(value)],
    `-d ${quote(help)}`,
  ].join(" ");
}

/** The value of an option, which it needs. */
function valueText(value: Completed): string {
  return value.kind === "files" ? "-r -F" : `-x ${argumentText(value)}`.trim();
}

function argumentText(value: Completed): string {
  switch (value.kind) {
    case "files":
      return "-F";
    case "words":
      return `-a ${quote(value.words.join(" "))}`;
    case "any":
      return "";
  }
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
