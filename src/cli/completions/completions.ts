/**
 * `passthru completions`: what a shell needs to complete command lines.
 *
 * @module
 */
import { didYouMean, orList } from "../../config/diagnostics.ts";
import { type Command, type ParsedArguments, UsageError } from "../command.ts";
import { ExitCode } from "../exit_code.ts";
import type { Output } from "../output.ts";
import { HELP } from "../shared_options.ts";
import { bashCompletions } from "./bash.ts";
import type { MakeCompletions } from "./completed.ts";
import { fishCompletions } from "./fish.ts";
import { zshCompletions } from "./zsh.ts";

/** The shells that are known. */
const SHELLS: Readonly<Record<string, MakeCompletions>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
};

function completions(
  { positionals }: ParsedArguments,
  output: Output,
  commands: readonly Command[],
): number {
  const [shell] = positionals;
  const names = Object.keys(SHELLS);
  if (shell === undefined) {
    throw new UsageError([`No shell: expected ${orList(names)}`]);
  }
  if (!Object.hasOwn(SHELLS, shell)) {
    throw new UsageError([
      `Unknown shell ${JSON.stringify(shell)}: expected ${orList(names)}${
        didYouMean(shell, names)
      }`,
    ]);
  }
  output.out(SHELLS[shell]!(commands));
  return ExitCode.ok;
}

/** `passthru completions`. */
export const COMPLETIONS_COMMAND: Command = {
  name: "completions",
  summary: "Print completions for a shell: bash, zsh or fish",
  argument: "SHELL",
  argumentWords: Object.keys(SHELLS),
  details: [
    "Completes commands, options, files and the values of options, for a command with the name passthru.",
  ],
  options: [HELP],
  examples: [
    [
      "completions bash > ~/.local/share/bash-completion/completions/passthru",
      "for bash",
    ],
    [
      "completions zsh > ~/.zfunc/_passthru",
      "for zsh, with fpath+=~/.zfunc before compinit",
    ],
    [
      "completions fish > ~/.config/fish/completions/passthru.fish",
      "for fish",
    ],
  ],
  run: completions,
};
