/**
 * The program: finds the command, runs it, turns the outcome into an exit code.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";
import { check } from "./check.ts";
import { COMMANDS } from "./commands.ts";
import { detectors } from "./detectors/detectors.ts";
import { ExitCode } from "./exit_code.ts";
import { explain } from "./explain/explain.ts";
import { healthcheck } from "./healthcheck.ts";
import { commandHelp, programHelp, versionText } from "./help.ts";
import { parseArguments, type ParsedArguments, UsageError } from "./options.ts";
import { type Output, processOutput } from "./output.ts";
import { run } from "./run/run.ts";
import { schema } from "./schema.ts";
import { scopes } from "./scopes/scopes.ts";
import { status } from "./status/status.ts";
import { top } from "./top/top.ts";

/**
 * Runs a command line.
 *
 * @param args The arguments without the program's name.
 * @returns The exit code: 0, 1, 2 (usage) or 78 (config).
 */
export async function main(
  args: readonly string[],
  output: Output = processOutput,
): Promise<number> {
  try {
    return await dispatch(args, output);
  } catch (error) {
    if (error instanceof UsageError) {
      output.err(`${error.message}\nRun "passthru --help" for the options\n`);
      return ExitCode.usage;
    }
    if (error instanceof PassthruError) {
      output.err(`${error.message}\n`);
      return ExitCode.failed;
    }
    const text = error instanceof Error ? error.stack : String(error);
    output.err(`Internal error: ${text}\n`);
    return ExitCode.failed;
  }
}

async function dispatch(
  args: readonly string[],
  output: Output,
): Promise<number> {
  if (args.length === 0) {
    output.err(programHelp());
    return ExitCode.usage;
  }
  const parsed = parseArguments(args);
  const { command, values } = parsed;
  if (values.has("help")) return print(output, commandHelp(command));
  if (values.has("version")) return print(output, versionText());
  switch (command.name) {
    case "check":
      return await check(parsed, output);
    case "scopes":
      return await scopes(parsed, output);
    case "explain":
      return await explain(parsed, output);
    case "detectors":
      return await detectors(parsed, output);
    case "status":
      return await status(parsed, output);
    case "top":
      return await top(parsed, output);
    case "healthcheck":
      return await healthcheck(parsed, output);
    case "schema":
      return await schema(output);
    case "help":
      return help(parsed, output);
    case "version":
      return print(output, versionText());
    default:
      return await run(parsed, output);
  }
}

function help({ positionals }: ParsedArguments, output: Output): number {
  const [name] = positionals;
  if (name === undefined) return print(output, programHelp());
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) {
    throw new UsageError([`Unknown command ${JSON.stringify(name)}`]);
  }
  return print(output, commandHelp(command));
}

function print(output: Output, text: string): number {
  output.out(text);
  return ExitCode.ok;
}
