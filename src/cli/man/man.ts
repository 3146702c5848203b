/**
 * `passthru man`: the man page.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { ExitCode } from "../exit_code.ts";
import { HELP } from "../shared_options.ts";
import { manPage } from "./man_page.ts";

/** `passthru man`. */
export const MAN_COMMAND: Command = {
  name: "man",
  summary: "Print the man page",
  details: [
    "The man page contains the help of all commands. man finds it in the directories of MANPATH.",
  ],
  options: [HELP],
  examples: [
    ["man > ~/.local/share/man/man1/passthru.1", "for this user"],
    ["man | man -l -", "show it"],
  ],
  run(_, output, commands) {
    output.out(manPage(commands));
    return ExitCode.ok;
  },
};
