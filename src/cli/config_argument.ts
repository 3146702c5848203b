/**
 * The config as an argument: `passthru check x.jsonc` means `check -c x.jsonc`.
 *
 * @module
 */
import type { CommandSpec } from "./command.ts";

/** What the help calls such an argument. */
const ARGUMENT = "FILE";

/**
 * Name of the argument that a command may be given; `undefined`: it takes none.
 * One that takes a config and no argument of its own takes the config.
 */
export function argumentOf(
  { argument, options }: CommandSpec,
): string | undefined {
  return argument ?? (takesConfig(options) ? ARGUMENT : undefined);
}

/**
 * Takes the config out of the arguments.
 *
 * @param values Values by the option's long name, to which it is added.
 * @returns What is wrong, or `null`.
 */
export function takeConfig(
  { argument, options }: CommandSpec,
  positionals: string[],
  values: Map<string, string>,
): string | null {
  const named = values.get("config");
  const config = positionals[0];
  if (argument !== undefined || !takesConfig(options)) return null;
  if (config === undefined) return null;
  positionals.shift();
  if (named === undefined) {
    values.set("config", config);
    return null;
  }
  return `The config is given twice: as ${JSON.stringify(named)} and as ${
    JSON.stringify(config)
  }`;
}

/** Whether a word that stands where a command may is a file and no command. */
export function isFileName(word: string): boolean {
  return /[./]/.test(word);
}

function takesConfig(options: CommandSpec["options"]): boolean {
  return options.some(({ long }) => long === "config");
}
