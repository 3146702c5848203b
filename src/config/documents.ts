/**
 * The files that a config is made of: the config file itself, and those that it
 * includes.
 *
 * Reading files is up to the caller: it makes {@linkcode ConfigDocuments} from
 * the config file, and adds the files of each entry of `include`.
 *
 * @module
 */
import { type ModuleReference, referencesIn } from "./detectors.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { fileValues, pathIn, replaceValues } from "./file_values.ts";
import {
  type IncludedFile,
  includeEntries,
  type IncludeEntry,
  MAX_BYTES_IN_ALL,
  MAX_INCLUDED_FILES,
} from "./include/entries.ts";
import { type JsonNode, property } from "./json_tree.ts";
import { writeOut } from "./short_forms.ts";
import { parseSource } from "./source.ts";
import { SourceMap, type SourceText } from "./source_text.ts";
import { ValueFiles, type ValueReference } from "./value_files.ts";

export type { IncludedFile, IncludeEntry } from "./include/entries.ts";
export type { ValueReference } from "./value_files.ts";

/** One file of a config. */
export interface ConfigDocument {
  /** Its text. */
  readonly source: SourceText;
  /** Its tree without short forms; `null`: it cannot be parsed. */
  readonly root: JsonNode | null;
  /** The entry that includes it; `null`: it is the config file itself. */
  readonly entry: IncludeEntry | null;
}

/** The files of a config, parsed. */
export class ConfigDocuments {
  readonly #found: Diagnostic[] = [];
  readonly #documents: ConfigDocument[] = [];
  /** By their text, to find the one that an offset is in. */
  readonly #bySource = new Map<SourceText, ConfigDocument>();
  /** The entry of each file. */
  readonly #entryOf = new Map<string, IncludeEntry>();
  #bytes = 0;
  /** All texts, to tell places. */
  readonly sources: SourceMap;
  /** The entries of its `include`. */
  readonly entries: readonly IncludeEntry[];

  /**
   * Parses the config file.
   *
   * @param file Name of the config file, as messages show it.
   */
  constructor(file: string, bytes: Uint8Array) {
    const { source, root, diagnostics } = parseSource(file, bytes);
    this.sources = new SourceMap(source);
    this.#found.push(...diagnostics);
    this.#keep(source, root, null);
    this.#bytes = bytes.length;
    this.entries = root === null ? [] : includeEntries(root, this.#found);
  }

  /** The config file. */
  get main(): ConfigDocument {
    return this.#documents[0]!;
  }

  /** What is wrong with the files as such. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#found;
  }

  /** All files that could be read, the config file first. */
  get all(): readonly ConfigDocument[] {
    return this.#documents;
  }

  /** The files that the config includes and that could be parsed. */
  get included(): (ConfigDocument & { readonly root: JsonNode })[] {
    return this.#documents.slice(1).filter(hasRoot);
  }

  /**
   * Takes the files of an entry, in their order. To be called for each entry
   * once.
   */
  add(entry: IncludeEntry, files: readonly IncludedFile[]): void {
    for (const given of files) {
      const { file } = given;
      const other = this.#entryOf.get(file);
      this.#entryOf.set(file, entry);
      if (other !== undefined) this.#reportTwice(entry, file, other);
      else if ("problem" in given) this.#refuse(entry, file, given.problem);
      else if (this.#documents.length > MAX_INCLUDED_FILES) {
        const problem =
          `the config has more than ${MAX_INCLUDED_FILES} of them`;
        this.#refuse(entry, file, problem);
        return;
      } else if (this.#bytes + given.bytes.length > MAX_BYTES_IN_ALL) {
        const problem =
          `all files together have more than ${MAX_BYTES_IN_ALL} bytes`;
        this.#refuse(entry, file, problem);
        return;
      } else this.#parse(entry, file, given.bytes);
    }
  }

  /** Reports something about an entry. */
  report(entry: IncludeEntry, found: Omit<Diagnostic, "span">): void {
    this.#found.push({ ...found, span: entry.span });
  }

  /** The file that an offset is in. */
  at(offset: number): ConfigDocument {
    return this.#bySource.get(this.sources.at(offset)) ?? this.main;
  }

  /** The detector modules that the files name, each with the file. */
  modules(): (ModuleReference & { readonly from: string })[] {
    return this.#documents.filter(hasRoot).flatMap(({ root, source }) =>
      referencesIn(property(root, "detectors")?.value)
        .map((reference) => ({ ...reference, from: source.file }))
    );
  }

  /**
   * The files that values of the config stand in, each once. Files with bounds
   * have no say in what is read.
   */
  values(): ValueReference[] {
    const all = this.#documents.filter(hasRoot)
      .filter((document) => !isBounded(document) && mayHaveValues(document))
      .flatMap(({ root, source }) =>
        fileValues(root)
          .map((value) => ({ path: pathIn(value)!, from: source.file }))
      );
    return [...new Map(all.map((one) => [keyOf(one), one])).values()];
  }

  /**
   * Puts values in their place. To be called once, when all files are added.
   *
   * @param read Gives the file of each, as {@linkcode ConfigDocuments.values} has
   * them.
   */
  giveValues(read: (value: ValueReference) => IncludedFile): void {
    const files = new ValueFiles(this.sources, this.#found, read);
    for (const [index, document] of this.#documents.entries()) {
      const { root, source } = document;
      if (root === null || !mayHaveValues(document)) continue;
      const bounded = isBounded(document);
      const context = { from: source.file, bounded };
      const changed = {
        ...document,
        root: replaceValues(
          root,
          (value, place) => files.valuesOf(value, { ...context, ...place }),
        ),
      };
      this.#documents[index] = changed;
      this.#bySource.set(source, changed);
    }
  }

  #reportTwice(entry: IncludeEntry, file: string, other: IncludeEntry): void {
    const related = { message: "the other entry is here", span: other.span };
    const message = `File ${
      JSON.stringify(file)
    } is included twice: expected it in one entry`;
    this.report(entry, { severity: "error", message, related });
  }

  #refuse(entry: IncludeEntry, file: string, problem: string): void {
    const message = `Cannot include ${JSON.stringify(file)}: ${problem}`;
    this.report(entry, { severity: "error", message });
  }

  #parse(entry: IncludeEntry, file: string, bytes: Uint8Array): void {
    const { source, root, diagnostics } = parseSource(file, bytes, {
      base: this.sources.next,
      expected: 'an object with "servers"',
    });
    this.sources.add(source);
    this.#bytes += bytes.length;
    this.#found.push(...diagnostics);
    this.#keep(source, root, entry);
  }

  #keep(
    source: SourceText,
    given: JsonNode | null,
    entry: IncludeEntry | null,
  ): void {
    const root = given && writeOut(given, this.#found);
    const document = { source, root, entry };
    this.#documents.push(document);
    this.#bySource.set(source, document);
  }
}

/** Whether a file is of an entry with bounds. */
export function isBounded({ entry }: ConfigDocument): boolean {
  return entry !== null && entry.within !== null;
}

/** Whether values of a file can be in others; most files have none. */
function mayHaveValues({ source: { text } }: ConfigDocument): boolean {
  // A text can be written with escapes.
  return text.includes("file:") || text.includes("\\u");
}

function hasRoot<D extends ConfigDocument>(
  document: D,
): document is D & { readonly root: JsonNode } {
  return document.root !== null;
}

function keyOf({ path, from }: ValueReference): string {
  return `${from}\n${path}`;
}
