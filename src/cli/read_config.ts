/**
 * Reads and loads the config that a command line names.
 *
 * @module
 */
import { formatDiagnostics, loadConfig } from "../config/load.ts";
import type { Plan } from "../config/plan.ts";
import { BUILTINS } from "../detect/builtins.ts";
import { Registry } from "../detect/registry.ts";
import { errorCode } from "../errors.ts";
import { UsageError } from "./options.ts";
import type { Output } from "./output.ts";

/** A config that can be served, and the detectors that it was checked with. */
export interface LoadedConfig {
  /** The file, as messages show it. */
  readonly file: string;
  readonly plan: Plan;
  readonly registry: Registry;
  /** How many warnings were printed. */
  readonly warnings: number;
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
): Promise<LoadedConfig | null> {
  if (path === undefined) {
    throw new UsageError(['No config: expected "-c FILE"']);
  }
  const file = path === "-" ? "<stdin>" : path;
  const bytes = await readBytes(path, output);
  if (bytes === null) return null;
  const registry = new Registry(BUILTINS);
  const { plan, source, diagnostics } = loadConfig(file, bytes, registry);
  if (diagnostics.length > 0) {
    output.err(formatDiagnostics(source, diagnostics) + "\n");
  }
  if (plan === null) {
    const errors = diagnostics.filter((d) => d.severity === "error").length;
    output.err(`${file}: ${errors} error${errors === 1 ? "" : "s"}\n`);
    return null;
  }
  const warnings = diagnostics.filter((d) => d.severity === "warning").length;
  return { file, plan, registry, warnings };
}

async function readBytes(
  path: string,
  output: Output,
): Promise<Uint8Array | null> {
  try {
    return path === "-"
      ? new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer())
      : await Deno.readFile(path);
  } catch (error) {
    output.err(`Cannot read config "${path}": ${readProblem(error)}\n`);
    return null;
  }
}

function readProblem(error: unknown): string {
  const code = errorCode(error);
  if (code === "ENOENT") return "no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES") return "permission denied";
  if (code === "NOT_CAPABLE") {
    return "not permitted by the Deno permissions: run with --allow-read";
  }
  return error instanceof Error ? error.message : String(error);
}
