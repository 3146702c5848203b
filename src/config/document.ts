/**
 * One file of a config, and what files name beside rules.
 *
 * @module
 */
import { type ModuleReference, referencesIn } from "./detectors.ts";
import { fileValues, pathIn } from "./file_values.ts";
import { fromFiles } from "./from_files.ts";
import type { IncludeEntry } from "./include/entries.ts";
import { type JsonNode, property } from "./json_tree.ts";
import type { SourceText } from "./source_text.ts";
import type { ValueReference } from "./value_files.ts";

/** One file of a config. */
export interface ConfigDocument {
  /** Its text. */
  readonly source: SourceText;
  /** Its tree without short forms; `null`: it cannot be parsed. */
  readonly root: JsonNode | null;
  /** The entry that includes it; `null`: it is the config file itself. */
  readonly entry: IncludeEntry | null;
}

/** A detector module, and the file that names it. */
export interface NamedModule extends ModuleReference {
  /** The file. */
  readonly from: string;
}

/** Whether a file is of an entry with bounds. */
export function isBounded({ entry }: ConfigDocument): boolean {
  return entry !== null && entry.within !== null;
}

/** Whether a file could be parsed. */
export function hasRoot<D extends ConfigDocument>(
  document: D,
): document is D & { readonly root: JsonNode } {
  return document.root !== null;
}

/** Whether values of a file can be in others; most files have none. */
export function mayHaveValues({ source: { text } }: ConfigDocument): boolean {
  // A text can be written with escapes.
  return text.includes("file:") || text.includes("\\u");
}

/** The detector modules that files name; those with bounds cannot. */
export function modulesNamedBy(
  documents: readonly ConfigDocument[],
): NamedModule[] {
  return documents.filter(hasRoot)
    .filter((document) => !isBounded(document))
    .flatMap(({ root, source }) =>
      referencesIn(property(root, "detectors")?.value)
        .map((reference) => ({ ...reference, from: source.file }))
    );
}

/** The files that values stand in, each once; files with bounds name none. */
export function valuesNamedBy(
  documents: readonly ConfigDocument[],
): ValueReference[] {
  const all = documents.filter(hasRoot)
    .filter((document) => !isBounded(document) && mayHaveValues(document))
    .flatMap(({ root, source }) =>
      [...fileValues(root), ...fromFiles(root)]
        .map((value) => ({ path: pathIn(value)!, from: source.file }))
    );
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

function keyOf({ path, from }: ValueReference): string {
  return `${from}\n${path}`;
}
