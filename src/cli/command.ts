/**
 * What a command is: how it is called, what its help says, and what it does.
 *
 * @module
 */
import type { Output } from "./output.ts";

/** An option of a command. */
export interface OptionSpec {
  readonly long: string;
  readonly short?: string;
  /** Name of its value in the help; absent: it takes none. */
  readonly value?: string;
  /** The words that its value may be, where they are known. */
  readonly words?: readonly string[];
  /** One sentence without a full stop. */
  readonly help: string;
}

/** What is known of a command without running it. */
export interface CommandSpec {
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** Name of the argument that it may be given; absent: it takes none. */
  readonly argument?: string;
  /** The words that the argument may be, where they are known. */
  readonly argumentWords?: readonly string[];
  /** Paragraphs for its own help page. */
  readonly details: readonly string[];
  readonly options: readonly OptionSpec[];
  /** Command lines without the program's name, with what each does. */
  readonly examples: readonly (readonly [string, string])[];
}

/** A command line that was understood. */
export interface ParsedArguments {
  readonly command: Command;
  /** Values by the option's long name; `""` for one without a value. */
  readonly values: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
}

/** A command. */
export interface Command extends CommandSpec {
  /**
   * Runs it.
   *
   * @param commands All of the program, for those that tell about others; only
   * itself for the one that needs no name.
   * @returns The exit code.
   * @throws {UsageError} The command line makes no sense.
   * @throws {PassthruError} It failed for a reason that its message tells.
   */
  run(
    parsed: ParsedArguments,
    output: Output,
    commands: readonly Command[],
  ): number | Promise<number>;
}

/** A command line that was not understood, with all that is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly string[];

  /** Makes an error of all that is wrong, a sentence each. */
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
