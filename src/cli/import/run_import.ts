/**
 * What `passthru import` does: reads, imports, writes, and says what is not in
 * the result.
 *
 * @module
 */
import {
  formatDiagnostic,
  orList,
  SourceText,
} from "../../config/diagnostics.ts";
import { formatDiagnostics } from "../../config/load.ts";
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import { Registry } from "../../detect/registry.ts";
import { errorCode, errorText, PassthruError } from "../../errors.ts";
import { importFile, type ImportResult } from "../../import/import_file.ts";
import { type Format, FORMATS } from "../../import/importer.ts";
import { oneLine, placeOf, type Problem } from "../../import/origin.ts";
import { formatCount } from "../amounts.ts";
import { type ParsedArguments, UsageError } from "../command.ts";
import { ExitCode } from "../exit_code.ts";
import type { Output } from "../output.ts";
import { scopeFlags } from "../permissions.ts";
import { readFileText, readStdin } from "./file_text.ts";
import { otherFiles } from "./other_files.ts";

/** How many problems or notes are printed; a file with more has others. */
const MAX_SHOWN = 200;

/**
 * Runs the command.
 *
 * @returns The exit code: 0; 78, if the file cannot be imported; 1, if the
 * result is invalid, which is a defect, or cannot be written.
 */
export async function runImport(
  { values, positionals }: ParsedArguments,
  output: Output,
): Promise<number> {
  const path = positionals[0];
  const format = formatOption(values.get("format"));
  if (path === undefined) {
    throw new UsageError(["No file to import: expected one, or -"]);
  }
  const source = await readSource(path, output);
  if (source === null) return ExitCode.config;
  const out = values.get("out");
  const root = values.get("root");
  const result = await importFile(source, {
    out: out ?? "<stdout>",
    others: await otherFiles(path, root === undefined ? [] : [root]),
    registry: () => new Registry([...BUILTINS, ...DATAGRAM_BUILTINS]),
    hints: { entryPoints: entryPointsOption(values.get("entrypoint")) },
    ...(format === undefined ? {} : { format }),
  });
  if (!result.ok) {
    printProblems(source.file, result.problems, output);
    return ExitCode.config;
  }
  return await deliver(result, { source, out, output });
}

function formatOption(value: string | undefined): Format | undefined {
  if (value === undefined) return undefined;
  const format = FORMATS.find((known) => known === value);
  if (format !== undefined) return format;
  throw new UsageError([
    `Unknown format ${JSON.stringify(value)}: expected ${orList(FORMATS)}`,
  ]);
}

/** `websecure=:443,dns=:53/udp`. */
function entryPointsOption(value: string | undefined): Map<string, string> {
  const pairs = (value === undefined ? [] : value.split(",")).map((pair) => {
    const [, name, address] =
      /^([^=]+)=(.*:\d+(?:\/(?:tcp|udp))?)$/.exec(pair) ??
        [];
    if (name !== undefined) return [name, address!] as const;
    throw new UsageError([
      `Invalid entry point ${
        JSON.stringify(pair)
      }: expected a name and an address, such as websecure=:443 or dns=:53/udp`,
    ]);
  });
  return new Map(pairs);
}

async function readSource(
  path: string,
  output: Output,
): Promise<SourceText | null> {
  const file = path === "-" ? "<stdin>" : path;
  const text = path === "-" ? await readStdin() : await readFileText(path);
  if (typeof text === "string") return new SourceText(file, text);
  output.err(`Cannot read "${oneLine(file)}": ${text.problem}\n`);
  return null;
}

function printProblems(
  file: string,
  problems: readonly Problem[],
  output: Output,
): void {
  const shown = problems.slice(0, MAX_SHOWN);
  for (const { origin, message, related } of shown) {
    const { source, span } = origin;
    const found = { severity: "error", message, span } as const;
    output.err(`${formatDiagnostic(source, found)}\n`);
    if (related === undefined) continue;
    const { source: other, span: place } = related.origin;
    output.err(`${placeOf(related.origin)}: ${related.message}\n`);
    output.err(`${other.excerpt(place)}\n`);
  }
  if (problems.length > shown.length) {
    output.err(`and ${problems.length - shown.length} more\n`);
  }
  output.err(`${oneLine(file)}: ${formatCount(problems.length, "error")}\n`);
}

interface Delivery {
  readonly source: SourceText;
  readonly out: string | undefined;
  readonly output: Output;
}

async function deliver(
  result: ImportResult & { ok: true },
  { source, out, output }: Delivery,
): Promise<number> {
  const { config, notes, title, written } = result;
  const { diagnostics } = written;
  if (diagnostics.some(({ severity }) => severity === "error")) {
    output.err(`${formatDiagnostics(written.source, diagnostics)}\n`);
    output.err(
      `The imported config is invalid, which is a defect of passthru: nothing was written\n`,
    );
    return ExitCode.failed;
  }
  if (out === undefined) output.out(written.text);
  else await writeNew(out, written.text);
  for (const note of notes.slice(0, MAX_SHOWN)) {
    output.err(`${placeOf(note.origin)}: note: ${note.text}\n`);
  }
  if (notes.length > MAX_SHOWN) {
    output.err(
      `and ${
        notes.length - MAX_SHOWN
      } more, which are comments in the config\n`,
    );
  }
  const warnings = diagnostics.filter(({ severity }) => severity !== "note");
  if (warnings.length > 0) {
    output.err(`${formatDiagnostics(written.source, warnings)}\n`);
  }
  const parts = [
    formatCount(config.servers.length, "server"),
    formatCount(notes.length, "note"),
    ...(warnings.length > 0 ? [formatCount(warnings.length, "warning")] : []),
  ];
  output.err(
    `${oneLine(source.file)}: imported ${title}: ${parts.join(", ")}\n`,
  );
  return ExitCode.ok;
}

/** Writes a file that does not exist. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, text, { createNew: true });
  } catch (error) {
    const missing = errorCode(error) === "NOT_CAPABLE";
    const reason = missing
      ? `not permitted by the Deno permissions, run with ${
        scopeFlags({ write: [path] }).join("")
      }`
      : error instanceof Deno.errors.AlreadyExists
      ? "the file exists already"
      : errorText(error);
    throw new PassthruError(`Cannot write "${path}": ${reason}`, {
      code: missing ? "missing_permissions" : "write_failed",
      source: "config",
      cause: error,
    });
  }
}
