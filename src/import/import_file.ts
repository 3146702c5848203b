/**
 * Imports a file of another program: finds its format, runs the importer, and
 * writes the config.
 *
 * @module
 */
import type { SourceText } from "../config/diagnostics.ts";
import { MAX_CONFIG_BYTES } from "../config/source.ts";
import type { Registry } from "../detect/registry.ts";
import { chooseFormat, likelyFormat } from "./chosen_format.ts";
import { aboutFormat, importerOf, leastOf } from "./formats.ts";
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
  const chosen = chooseFormat(source, format);
  if (!chosen.ok) return failure(source, chosen.problem);
  const importer = await importerOf(chosen.format);
  const { config, problems, title } = await importer(source, others, hints);
  const isEmpty = problems.length === 0 && config.servers.length === 0;
  if (problems.length > 0 || isEmpty) {
    const likely = likelyFormat(source.text, chosen.format);
    const first = likely !== null
      ? problemOf(
        source,
        `The file looks like ${aboutFormat(likely)}: expected ${
          aboutFormat(chosen.format)
        }, as --format says`,
      )
      : isEmpty
      ? problemOf(
        source,
        `There is no server to import in ${title}: expected ${
          leastOf(chosen.format)
        }`,
      )
      : [];
    return { ok: false, problems: [...first, ...problems] };
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

function failure(source: SourceText, message: string): ImportResult {
  return { ok: false, problems: problemOf(source, message) };
}

/** A problem of a whole file. */
function problemOf(source: SourceText, message: string): Problem[] {
  return [{ origin: { source, span: { offset: 0, length: 1 } }, message }];
}
