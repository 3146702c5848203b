/**
 * The program: finds the command, runs it, turns the outcome into an exit code.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";
import { type Command, UsageError } from "./command.ts";
import type { HeldSignals } from "./early_signals.ts";
import { ExitCode } from "./exit_code.ts";
import { commandName, parseArguments } from "./options.ts";
import { type Output, processOutput } from "./output.ts";
import { requireSources } from "./permissions.ts";
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
      output.err(`${error.message}\n${await helpHint(args)}\n`);
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
    const commands = await allCommands();
    const { programHelp } = await import("./help.ts");
    output.err(programHelp(commands));
    return ExitCode.usage;
  }
  const name = commandName(args);
  const serves = name === null || name === RUN_COMMAND.name;
  const commands = await commandsFor(name);
  const parsed = parseArguments(args, commands);
  const { command, values } = parsed;
  const ended = serves ? null : early?.release() ?? null;
  if (ended !== null) return ended;
  if (values.has("help")) {
    const { commandHelp } = await import("./help.ts");
    output.out(commandHelp(command, await allCommands()));
  } else if (values.has("version")) {
    output.out(versionText());
  } else {
    return await command.run(parsed, output, commands);
  }
  return ExitCode.ok;
}

/** Says where the options of the command are that was meant. */
async function helpHint(args: readonly string[]): Promise<string> {
  const name = commandName(args);
  const commands = name === null ? [] : await commandsFor(name);
  const isKnown = commands.some((command) => command.name === name);
  const of = isKnown ? `passthru ${name}` : "passthru";
  return `Run "${of} --help" for the options`;
}

/**
 * Commands that ask a running passthru, or nobody: they need no permission to
 * read passthru's own modules, for literal imports need none.
 */
const ASKING: Readonly<Record<string, () => Promise<Command>>> = {
  healthcheck: async () =>
    (await import("./healthcheck.ts")).HEALTHCHECK_COMMAND,
  reload: async () => (await import("./reload.ts")).RELOAD_COMMAND,
  schema: async () => (await import("./schema.ts")).SCHEMA_COMMAND,
  status: async () => (await import("./status/status.ts")).STATUS_COMMAND,
  top: async () => (await import("./top/top.ts")).TOP_COMMAND,
};

/** The command of this name among others; `null`: none is named, so `run`. */
async function commandsFor(name: string | null): Promise<readonly Command[]> {
  if (name === null || name === RUN_COMMAND.name) return [RUN_COMMAND];
  return Object.hasOwn(ASKING, name)
    ? [await ASKING[name]!()]
    : await allCommands();
}

/** Who serves does not wait for the other commands. */
async function allCommands(): Promise<readonly Command[]> {
  requireSources();
  const { COMMANDS }: typeof import("./commands.ts") = await import(
    new URL("./commands.ts", import.meta.url).href
  );
  return COMMANDS;
}
