/**
 * Completions for bash.
 *
 * @module
 */
import type { Command, CommandSpec } from "../command.ts";
import {
  argumentValue,
  type Completed,
  namesOf,
  spellingsOf,
  valueOf,
} from "./completed.ts";

/** Lets readline complete the name of a file where nothing else fits. */
const FILES = "compopt -o default 2>/dev/null";

/** A script to be sourced; it works from bash 4 on. */
export function bashCompletions(commands: readonly Command[]): string {
  return `# Completions of passthru for bash, made by "passthru completions bash".
_passthru() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local command=run options= words=
  COMPREPLY=()
  # bash takes --option=value for three words.
  if [[ $cur == "=" ]]; then cur=
  elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if (( COMP_CWORD > 1 )); then
    case \${COMP_WORDS[1]} in
      ${namesOf(commands).join("|")}) command=\${COMP_WORDS[1]} ;;
    esac
  fi
  case "$command $prev" in
${commands.flatMap(valueCases).join("\n")}
  esac
  case $command in
${commands.map((command) => commandCase(command, commands)).join("\n")}
  esac
  if (( COMP_CWORD == 1 )); then words="${namesOf(commands).join(" ")}"; fi
  if [[ $cur == -* ]]; then words=$options; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _passthru passthru
`;
}

/** Completes the values of the options of a command. */
function valueCases({ name, options }: CommandSpec): string[] {
  const patterns = new Map<string, string[]>();
  for (const option of options) {
    const value = valueOf(option);
    if (value === null) continue;
    const action = valueAction(value);
    const spelled = spellingsOf(option).map((text) => `"${name} ${text}"`);
    patterns.set(action, [...patterns.get(action) ?? [], ...spelled]);
  }
  return [...patterns].map(([action, spelled]) =>
    `    ${spelled.join("|")}) ${action}return ;;`
  );
}

function valueAction(value: Completed): string {
  switch (value.kind) {
    case "files":
      return `${FILES}; `;
    case "words":
      return `COMPREPLY=($(compgen -W "${value.words.join(" ")}" -- "$cur")); `;
    case "any":
      return "";
  }
}

function commandCase(
  command: CommandSpec,
  commands: readonly CommandSpec[],
): string {
  const options = command.options.flatMap(spellingsOf).join(" ");
  const argument = argumentValue(command, commands);
  const words = argument?.kind === "words" ? argument.words.join(" ") : "";
  const parts = [
    `options="${options}"`,
    ...words === "" ? [] : [`words="${words}"`],
    ...argument?.kind === "files" ? [FILES] : [],
  ];
  return `    ${command.name}) ${parts.join("; ")} ;;`;
}
