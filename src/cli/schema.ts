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
import type { Command, ParsedArguments } from "./command.ts";
import { HELP } from "./shared_options.ts";
import type { Output } from "./output.ts";

/** Runs the command. @returns The exit code. */
export async function schema(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const { default: content } = values.has("included")
    ? await import(
      "../../configs/passthru.included.schema.json",
      { with: { type: "json" } }
    )
    : await import(
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
  options: [
    {
      long: "included",
      help:
        "The schema of files that a config includes; it refers to the other one",
    },
    HELP,
  ],
  examples: [
    ["schema > passthru.schema.json", "put it in the directory of the config"],
    [
      "schema --included > passthru.included.schema.json",
      "the schema of included files, for the same directory",
    ],
  ],
  run: schema,
};
