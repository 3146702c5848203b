/**
 * The files that a config is made of: the config file itself, and those that it
 * includes.
 *
 * Reading files is up to the caller: it makes {@linkcode ConfigDocuments} from
 * the config file, and adds the files of each entry of `include`.
 *
 * @module
 */
import { addAll } from "./add_all.ts";
import type { Diagnostic } from "./diagnostics.ts";
import {
  type ConfigDocument,
  hasRoot,
  isBounded,
  mayHaveValues,
  modulesNamedBy,
  type NamedModule,
  valuesNamedBy,
} from "./document.ts";
import { replaceValues, type ValuePlace } from "./file_values.ts";
import { expandFrom } from "./from_files.ts";
import {
  type IncludedFile,
  includeEntries,
  type IncludeEntry,
  roomProblem,
} from "./include/entries.ts";
import { GivenFiles } from "./include/given_files.ts";
import type { JsonNode } from "./json_tree.ts";
import { writeOut } from "./short_forms.ts";
import { parseSource } from "./source.ts";
import { SourceMap, type SourceText } from "./source_text.ts";
import { ValueFiles, type ValueReference } from "./value_files.ts";

export { isBounded } from "./document.ts";
export type { ConfigDocument, NamedModule } from "./document.ts";
export type { IncludedFile, IncludeEntry } from "./include/entries.ts";
export type { ValueReference } from "./value_files.ts";

/** The files of a config, parsed. */
export class ConfigDocuments {
  readonly #found: Diagnostic[] = [];
  readonly #documents: ConfigDocument[] = [];
  /** By their text, to find the one that an offset is in. */
  readonly #bySource = new Map<SourceText, ConfigDocument>();
  /** The entry of each file. */
  readonly #entryOf = new Map<string, IncludeEntry>();
  /** What was given, to be given again without some files. */
  readonly #given: GivenFiles;
  /** Files that are about to be refused, by what was found. */
  readonly #refused = new Map<Diagnostic, string>();
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
    this.#given = new GivenFiles(file, bytes);
    this.sources = new SourceMap(source);
    addAll(this.#found, diagnostics);
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
    this.#given.add(this.entries.indexOf(entry), files);
    for (const given of files) {
      const { file } = given;
      const other = this.#entryOf.get(file);
      this.#entryOf.set(file, entry);
      if (other !== undefined) this.#reportTwice(entry, file, other);
      else if ("problem" in given) this.#refuse(entry, file, given.problem);
      else {
        const problem = roomProblem(
          this.#documents.length - 1,
          this.#bytes + given.bytes.length,
        );
        if (problem === null) this.#parse(entry, file, given.bytes);
        else this.#refuse(entry, file, problem);
        // One that is refused alone says nothing of those behind it.
        if (problem !== null && !entry.skips) return;
      }
    }
  }

  /** Says that no file fits an entry. */
  noteEmpty(entry: IncludeEntry): void {
    this.#given.add(this.entries.indexOf(entry), null);
    const message = `No file fits ${JSON.stringify(entry.files)}`;
    this.#report(entry, { severity: "note", message });
  }

  /**
   * The same config with other included files.
   *
   * @param changes What takes the place of files, by their names; `null`: they
   * are left out.
   */
  replaced(
    changes: ReadonlyMap<string, Uint8Array | null>,
  ): ConfigDocuments {
    const documents = new ConfigDocuments(...this.#given.main);
    this.#given.giveTo(documents, changes);
    return documents;
  }

  /**
   * The file that something is about and that is refused alone if that is an
   * error; `null`: there is none, it is about the config.
   */
  refusable(found: Pick<Diagnostic, "span">): string | null {
    const file = this.#refused.get(found as Diagnostic);
    if (file !== undefined) return file;
    const { entry, source } = this.at(found.span.offset);
    return entry?.skips ? source.file : null;
  }

  /** Whether a file that cannot be read was given with this about it. */
  isGiven(file: string, what: "isAbsent" | "isKept"): boolean {
    return this.#given.is(what, file);
  }

  /** The files that can be refused alone. */
  get refusables(): ConfigDocument[] {
    return this.#documents.filter(({ entry }) => entry?.skips);
  }

  #report(entry: IncludeEntry, found: Omit<Diagnostic, "span">): Diagnostic {
    const diagnostic = { ...found, span: entry.span };
    this.#found.push(diagnostic);
    return diagnostic;
  }

  /** The file that an offset is in. */
  at(offset: number): ConfigDocument {
    return this.#bySource.get(this.sources.at(offset)) ?? this.main;
  }

  /**
   * The detector modules that the files name, each with the file. Files with
   * bounds have no say in what is loaded.
   */
  modules(): NamedModule[] {
    return modulesNamedBy(this.#documents);
  }

  /**
   * The files that values of the config stand in, each once. Files with bounds
   * have no say in what is read.
   */
  values(): ValueReference[] {
    return valuesNamedBy(this.#documents);
  }

  /**
   * Puts values in their place. To be called once, when all files are added.
   *
   * @param read Gives the file of each, as {@linkcode ConfigDocuments.values} has
   * them.
   */
  giveValues(read: (value: ValueReference) => IncludedFile): void {
    this.#given.values(read);
    const files = new ValueFiles(this.sources, this.#found, read);
    for (const [index, document] of this.#documents.entries()) {
      const { root, source } = document;
      if (root === null || !mayHaveValues(document)) continue;
      const bounded = isBounded(document);
      const context = { from: source.file, bounded };
      const valuesOf = (value: JsonNode, place: ValuePlace) =>
        files.valuesOf(value, { ...context, ...place });
      const expanded = expandFrom(root, valuesOf, this.#found);
      const changed = { ...document, root: replaceValues(expanded, valuesOf) };
      this.#documents[index] = changed;
      this.#bySource.set(source, changed);
    }
  }

  #reportTwice(entry: IncludeEntry, file: string, other: IncludeEntry): void {
    const related = { message: "the other entry is here", span: other.span };
    const message = `File ${
      JSON.stringify(file)
    } is included twice: expected it in one entry`;
    const found = this.#report(entry, { severity: "error", message, related });
    if (entry.skips && other.skips) this.#refused.set(found, file);
  }

  #refuse(entry: IncludeEntry, file: string, problem: string): void {
    const message = `Cannot include ${JSON.stringify(file)}: ${problem}`;
    const found = this.#report(entry, { severity: "error", message });
    if (entry.skips) this.#refused.set(found, file);
  }

  #parse(entry: IncludeEntry, file: string, bytes: Uint8Array): void {
    const { source, root, diagnostics } = parseSource(file, bytes, {
      base: this.sources.next,
      expected: 'an object with "servers"',
    });
    this.sources.add(source);
    this.#bytes += bytes.length;
    addAll(this.#found, diagnostics);
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
