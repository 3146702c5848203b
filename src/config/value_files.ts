/**
 * The files that values of a config stand in.
 *
 * @module
 */
import type { Diagnostic } from "./diagnostics.ts";
import { pathIn, type ValuePlace, valuesIn } from "./file_values.ts";
import { type IncludedFile, MAX_BYTES_IN_ALL } from "./include/entries.ts";
import { type JsonNode, spanOf } from "./json_tree.ts";
import { type SourceMap, SourceText } from "./source_text.ts";

/** A value that stands in a file of its own. */
export interface ValueReference {
  /** The path as the config spells it. */
  readonly path: string;
  /** The file of the config that names it. */
  readonly from: string;
}

/** Where a value is named. */
export interface ValueContext extends ValuePlace {
  /** The file of the config that names it. */
  readonly from: string;
  /** Whether this file has bounds: then it names no others. */
  readonly bounded: boolean;
}

/** Most files that values may stand in. */
const MAX_FILES = 1_000;

/** Reads values from their files. */
export class ValueFiles {
  readonly #sources: SourceMap;
  readonly #found: Diagnostic[];
  readonly #read: (value: ValueReference) => IncludedFile;
  /** By the name of the file; a text is why it cannot be used. */
  readonly #files = new Map<string, SourceText | string>();
  #bytes = 0;

  /**
   * @param sources Gets the texts.
   * @param read Gives a file.
   */
  constructor(
    sources: SourceMap,
    found: Diagnostic[],
    read: (value: ValueReference) => IncludedFile,
  ) {
    this.#sources = sources;
    this.#found = found;
    this.#read = read;
  }

  /** The values for one that stands in a file; what is wrong is reported. */
  valuesOf(value: JsonNode, context: ValueContext): readonly JsonNode[] {
    const path = pathIn(value)!;
    const { from, bounded, inList, standIn } = context;
    const text = bounded
      ? "a file with bounds has no values in other files"
      : /[\p{Cc}]/u.test(path) || path === ""
      ? "expected a path"
      : this.#textOf({ path, from });
    if (typeof text !== "string") {
      const values = valuesIn(text, { value, inList, found: this.#found });
      if (values.length > 0) return values;
    } else {
      this.#found.push({
        severity: "error",
        message: `Cannot use value ${JSON.stringify(value.value)}: ${text}`,
        span: spanOf(value),
      });
    }
    return [{ ...value, value: standIn, standIn: true }];
  }

  #textOf(reference: ValueReference): SourceText | string {
    const given = this.#read(reference);
    const known = this.#files.get(given.file);
    if (known !== undefined) return known;
    const text = this.#textIn(given);
    this.#files.set(given.file, text);
    return text;
  }

  #textIn(given: IncludedFile): SourceText | string {
    if ("problem" in given) return given.problem;
    const { file, bytes } = given;
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_BYTES_IN_ALL) {
      return `all such files together have more than ${MAX_BYTES_IN_ALL} bytes`;
    }
    if (this.#files.size >= MAX_FILES) {
      return `the config has more than ${MAX_FILES} of them`;
    }
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      const source = new SourceText(file, text, this.#sources.next);
      this.#sources.add(source);
      return source;
    } catch {
      return "the file is not valid UTF-8";
    }
  }
}
