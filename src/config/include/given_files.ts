/**
 * The files that a config was given, so that it can be made again with others.
 *
 * @module
 */
import type { ValueReference } from "../value_files.ts";
import type { IncludedFile, IncludeEntry } from "./entries.ts";

/** The files of an entry of `include`, by its index; `null`: none fits. */
interface GivenEntry {
  readonly index: number;
  readonly files: readonly IncludedFile[] | null;
}

/** A config that has only its own file yet. */
interface TakesFiles {
  readonly entries: readonly IncludeEntry[];
  add(entry: IncludeEntry, files: readonly IncludedFile[]): void;
  noteEmpty(entry: IncludeEntry): void;
  giveValues(read: (value: ValueReference) => IncludedFile): void;
}

/** Remembers files in the order in which they were given. */
export class GivenFiles {
  /** Name and bytes of the config file. */
  readonly main: readonly [string, Uint8Array];
  readonly #entries: GivenEntry[] = [];
  #read: ((value: ValueReference) => IncludedFile) | null = null;

  /** The config file. */
  constructor(file: string, bytes: Uint8Array) {
    this.main = [file, bytes];
  }

  /** The files of an entry; `null`: none fits. */
  add(index: number, files: readonly IncludedFile[] | null): void {
    this.#entries.push({ index, files });
  }

  /** Whether a file is not there, or one whose files are kept as served. */
  is(what: "isAbsent" | "isKept", file: string): boolean {
    return this.#entries.some(({ files }) =>
      files?.some((one) =>
        one.file === file && "problem" in one && one[what] === true
      )
    );
  }

  /** What gives the files of values. */
  values(read: (value: ValueReference) => IncludedFile): void {
    this.#read = read;
  }

  /**
   * Gives all again.
   *
   * @param changes What takes the place of files; `null`: nothing does.
   */
  giveTo(
    documents: TakesFiles,
    changes: ReadonlyMap<string, Uint8Array | null>,
  ): void {
    for (const { index, files } of this.#entries) {
      const entry = documents.entries[index]!;
      if (files === null) documents.noteEmpty(entry);
      else documents.add(entry, files.flatMap((one) => changed(one, changes)));
    }
    if (this.#read !== null) documents.giveValues(this.#read);
  }
}

function changed(
  given: IncludedFile,
  changes: ReadonlyMap<string, Uint8Array | null>,
): IncludedFile[] {
  const bytes = changes.get(given.file);
  if (bytes === undefined) return [given];
  return bytes === null ? [] : [{ file: given.file, bytes }];
}
