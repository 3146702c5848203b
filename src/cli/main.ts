/**
 * The program: finds the command, runs it, turns the outcome into an exit code.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";
import { UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import type { HeldSignals } from "./early_signals.ts";
import { ExitCode } from "./exit_code.ts";
import { commandHelp, programHelp } from "./help.ts";
import { parseArguments } from "./options.ts";
import { type Output, processOutput } from "./output.ts";
import { RUN_COMMAND } from "./run/run.ts";
import { versionText } from "./version.ts";

/** What the process has done before. */
export interface MainOptions {
  /** Signals that are held back. Default: none are. */
  readonly early?: HeldSignals;
}

/**
 * Runs a command line.
 *
 * @param args The arguments without the program's name.
 * @returns The exit code: 0, 1, 2 (usage) or 78 (config).
 */
export async function main(
  args: readonly string[],
  output: Output = processOutput,
  { early }: MainOptions = {},
): Promise<number> {
  try {
    return await dispatch(args, output, early);
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
  early?: HeldSignals,
): Promise<number> {
  if (args.length === 0) {
    output.err(programHelp(COMMANDS));
    return ExitCode.usage;
  }
  const parsed = parseArguments(args);
  const { command, values } = parsed;
  const ended = command === RUN_COMMAND ? null : early?.release() ?? null;
  if (ended !== null) return ended;
  if (values.has("help")) output.out(commandHelp(command, COMMANDS));
  else if (values.has("version")) output.out(versionText());
  else return await command.run(parsed, output, COMMANDS);
  return ExitCode.ok;
}
