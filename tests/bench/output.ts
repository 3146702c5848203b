/** What a bench prints and writes. */
import { between } from "../support/generated_part.ts";
import { UsageError } from "./options.ts";
import { KEPT_RESULTS, readmeBlocks } from "./readme_table.ts";
import type { BenchReport } from "./report.ts";
import type { Settings } from "./settings.ts";
import { reportText } from "./table.ts";

/** The page that shows the figures. */
const PAGE = new URL("README.md", import.meta.url);

/** Digits of a value that are written: more are noise. */
const DIGITS = 6;

/** What is printed in the end, with the end of its last line. */
export function outputText(report: BenchReport, settings: Settings): string {
  if (settings.json === "-") return jsonText(report);
  const text = settings.readme
    ? readmeBlocks(report).join("\n\n")
    : reportText(report);
  return `${text}\n`;
}

/** The figures as JSON, the values of a list of rounds on one line. */
export function jsonText(report: BenchReport): string {
  const text = JSON.stringify(
    report,
    (_, value) =>
      typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value,
    2,
  );
  const numbers = /\[(?:\s*(?:-?[\d.e+-]+|null),?)+\s*\]/g;
  return `${text.replace(numbers, (list) => list.replace(/\s+/g, " "))}\n`;
}

/** Writes the figures to the file of `--json`, if there is one. */
export async function save(report: BenchReport): Promise<void> {
  const { json } = report.settings;
  if (json === null || json === "-") return;
  await Deno.writeTextFile(json, jsonText(report));
}

/**
 * Reads a file that {@linkcode save} has written.
 *
 * @throws {UsageError} When it cannot be read, or holds something else.
 */
export async function load(file: string): Promise<BenchReport> {
  try {
    const report = JSON.parse(await Deno.readTextFile(file));
    if (Array.isArray(report?.measures)) return report;
    throw new Error("expected what --json writes");
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`Cannot read figures from "${file}": ${message}`);
  }
}

/** Writes the figures and the part of the README that shows them. */
export async function writeReadme(report: BenchReport): Promise<void> {
  const text = jsonText(report);
  await Deno.writeTextFile(KEPT_RESULTS, text);
  const page = await Deno.readTextFile(PAGE);
  // From what was written: its values have fewer digits.
  const blocks = readmeBlocks(JSON.parse(text));
  await Deno.writeTextFile(PAGE, between(page, "figures", blocks));
}
