/**
 * Reads and loads the config that a command line names, and prints what is found.
 *
 * @module
 */
import { formatDiagnostics, type RefusedFile } from "../config/load.ts";
import type { Plan } from "../config/plan.ts";
import { formatCount } from "./amounts.ts";
import { UsageError } from "./command.ts";
import { type LoadedFile, loadFile, type ReadOptions } from "./load_file.ts";
import type { Output } from "./output.ts";

/** A config that can be served. */
export interface LoadedConfig extends LoadedFile {
  readonly plan: Plan;
}

/**
 * Loads the config and prints all that was found about it.
 *
 * @param path As given to `-c`; `-` is standard input.
 * @returns `null` when it cannot be used.
 * @throws {UsageError} When no config is named.
 */
export async function readConfig(
  path: string | undefined,
  output: Output,
  options: ReadOptions = {},
): Promise<LoadedConfig | null> {
  if (path === undefined) {
    throw new UsageError([
      'No config: expected a file, such as "passthru.jsonc"',
    ]);
  }
  const loaded = await loadFile(path, options);
  const { file, plan, source, diagnostics, problem, refused } = loaded;
  if (problem !== undefined) output.err(`${problem}\n`);
  for (const one of refused) {
    output.err(formatDiagnostics(one.source, one.errors) + "\n");
    output.err(`${one.file}: ${refusedText(one)}\n`);
  }
  if (diagnostics.length > 0) {
    output.err(formatDiagnostics(source, diagnostics) + "\n");
  }
  if (plan !== null) return { ...loaded, plan };
  const errors = diagnostics.filter((d) => d.severity === "error").length;
  loaded[Symbol.dispose]();
  if (errors > 0) {
    const { expectations } = loaded;
    // They are tried only when nothing else is wrong.
    const held = expectations > 0
      ? `; ${expectations - errors} of ${expectations} expectations held`
      : "";
    output.err(`${file}: ${formatCount(errors, "error")}${held}\n`);
  }
  return null;
}

/** What is in use of a refused file, and why, in a sentence. */
function refusedText({ errors, inUse }: RefusedFile): string {
  const why = `refused for ${formatCount(errors.length, "error")}`;
  return inUse === "last_good"
    ? `${why}: its last good content stays in use`
    : `${why}: none of its rules is in use`;
}
