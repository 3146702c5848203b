/**
 * Which passthru this is.
 *
 * @module
 */
import manifest from "../../deno.json" with { type: "json" };
import type { Command } from "./command.ts";
import { ExitCode } from "./exit_code.ts";
import { HELP } from "./shared_options.ts";

/** Version of this program. */
export const VERSION: string = manifest.version;

/** The version text; its first line is for machines too. */
export function versionText(): string {
  return `passthru ${VERSION}\ndeno ${Deno.version.deno}\nv8 ${Deno.version.v8}\n`;
}

/** `passthru version`. */
export const VERSION_COMMAND: Command = {
  name: "version",
  summary: "Show the versions of passthru, Deno and V8",
  details: [],
  options: [HELP],
  examples: [],
  run(_, output) {
    output.out(versionText());
    return ExitCode.ok;
  },
};
