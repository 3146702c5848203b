/**
 * What a command and an option are, and the options that many commands have.
 *
 * @module
 */

/** An option of a command. */
export interface OptionSpec {
  readonly long: string;
  readonly short?: string;
  /** Name of its value in the help; absent: it takes none. */
  readonly value?: string;
  /** One sentence without a full stop. */
  readonly help: string;
}

/** A command. */
export interface CommandSpec {
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** Name of the argument that it may be given; absent: it takes none. */
  readonly argument?: string;
  /** Paragraphs for its own help page. */
  readonly details: readonly string[];
  readonly options: readonly OptionSpec[];
  /** Command lines without the program's name, with what each does. */
  readonly examples: readonly (readonly [string, string])[];
}

/** The config. */
export const CONFIG: OptionSpec = {
  long: "config",
  short: "c",
  value: "FILE",
  help: 'Config file (JSONC); "-" reads standard input',
};

/** Help of the command. */
export const HELP: OptionSpec = {
  long: "help",
  short: "h",
  help: "Show this help",
};
