/**
 * Imports a file of another program: finds its format, runs the importer, and
 * writes the config.
 *
 * @module
 */
import { orList, type SourceText } from "../config/diagnostics.ts";
import { MAX_CONFIG_BYTES } from "../config/source.ts";
import type { Registry } from "../detect/registry.ts";
import { formatsOf, importerOf, knownFormats } from "./formats.ts";
import type { ImportedConfig } from "./imported_config.ts";
import type { Format, ImportHints, OtherFiles } from "./importer.ts";
import { joinFamilies } from "./families.ts";
import {
  comparePlaces,
  nameOf,
  type Note,
  placeOf,
  type Problem,
} from "./origin.ts";
import { settle, type SettledConfig } from "./settle.ts";

/** What importing a file is told. */
export interface ImportOptions {
  /** Default: what the file looks like. */
  readonly format?: Format;
  /** Name of the file that is written, as messages show it. */
  readonly out: string;
  readonly others: OtherFiles;
  /** What the command line says of the file. */
  readonly hints?: ImportHints;
  /** The detectors that a config may name, in a registry of its own. */
  readonly registry: () => Registry;
}

/** What importing a file gives. */
export type ImportResult =
  | { readonly ok: false; readonly problems: readonly Problem[] }
  | {
    readonly ok: true;
    /** What was imported, such as `an nginx stream config`. */
    readonly title: string;
    readonly config: ImportedConfig;
    readonly written: SettledConfig;
    /** What is not in the config, or not as in the original; by place. */
    readonly notes: readonly Note[];
  };

/** Imports a file. */
export async function importFile(
  source: SourceText,
  { format, out, others, registry, hints = {} }: ImportOptions,
): Promise<ImportResult> {
  const formats = format === undefined
    ? formatsOf(source.file, source.text)
    : [format];
  const [first, second] = formats;
  if (first === undefined || second !== undefined) {
    return failure(source, unclear(formats));
  }
  const importer = await importerOf(first);
  const { config, problems, title } = await importer(source, others, hints);
  if (problems.length > 0) return { ok: false, problems };
  if (config.servers.length === 0) {
    return failure(source, `There is no server to import in ${title}`);
  }
  joinFamilies(config);
  const head = [`Imported by passthru from ${title}: ${nameOf(source)}`];
  const written = settle(config, { file: out, head, registry });
  const bytes = written.text.length;
  if (bytes > MAX_CONFIG_BYTES) {
    return failure(
      source,
      `The imported config has ${bytes} bytes: expected at most ${MAX_CONFIG_BYTES}`,
    );
  }
  return { ok: true, title, config, written, notes: notesOf(config) };
}

/** The notes in the order of their places; what is said of many servers, once. */
function notesOf(config: ImportedConfig): Note[] {
  const said = new Map(
    config.notes.map((note) => [`${placeOf(note.origin)} ${note.text}`, note]),
  );
  return [...said.values()].sort((a, b) => comparePlaces(a.origin, b.origin));
}

function unclear(formats: readonly Format[]): string {
  const names = formats.length > 0 ? formats : knownFormats();
  const what = formats.length > 0
    ? "The file has several formats"
    : "The file has no format that can be imported";
  return `${what}: expected ${orList(names)}, name it with --format`;
}

function failure(source: SourceText, message: string): ImportResult {
  const origin = { source, span: { offset: 0, length: 1 } };
  return { ok: false, problems: [{ origin, message }] };
}
