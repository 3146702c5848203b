/**
 * `passthru schema`: the JSON Schema of the config, for editors.
 *
 * It was generated when the program was built (`deno task schema`), so that what
 * generates it need not be there; a test keeps it true. It is loaded only here,
 * and a path that is spelt out needs no permission and gets into an executable.
 *
 * @module
 */
import { ExitCode } from "./exit_code.ts";
import type { Command } from "./command.ts";
import { HELP } from "./shared_options.ts";
import type { Output } from "./output.ts";

/** Runs the command. @returns The exit code. */
export async function schema(output: Output): Promise<number> {
  const { default: content } = await import(
    "../../configs/passthru.schema.json",
    { with: { type: "json" } }
  );
  output.out(JSON.stringify(content, null, 2) + "\n");
  return ExitCode.ok;
}

/** `passthru schema`. */
export const SCHEMA_COMMAND: Command = {
  name: "schema",
  summary: "Print the JSON Schema of the config, for editors",
  details: [
    'An editor completes and explains the fields of a config that refers to it: "$schema": "./passthru.schema.json". The schema uses draft-07, which VS Code supports completely.',
    'What requires the whole config (addresses, rules that never match, expectations) is checked by "passthru check" only.',
  ],
  options: [HELP],
  examples: [
    ["schema > passthru.schema.json", "put it in the directory of the config"],
  ],
  run: (_, output) => schema(output),
};
