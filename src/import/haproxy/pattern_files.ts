/**
 * Files with patterns, which `-f` and `map()` name.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { OtherFiles } from "../importer.ts";
import type { Section } from "./sections.ts";
import type { Line } from "./words.ts";

/** A line of a map: its key, and its value (empty in a list of patterns). */
export interface MapLine {
  readonly key: string;
  readonly value: string;
}

/** The files that a config names, read beforehand. */
export class PatternFiles {
  readonly #files = new Map<string, readonly MapLine[] | string>();

  /** Reads all files that the lines of sections name. */
  static async read(
    sections: readonly Section[],
    source: SourceText,
    others: OtherFiles,
  ): Promise<PatternFiles> {
    const files = new PatternFiles();
    const lines = sections.flatMap((section) => section.lines);
    for (const name of new Set(lines.flatMap(namesIn))) {
      const read = /[*?[]/.test(name)
        ? "Wildcards in its name"
        : await others.read(name, source);
      files.#files.set(
        name,
        typeof read === "string" ? read : read.flatMap(mapLines),
      );
    }
    return files;
  }

  /** The lines of a file, or why they are not known: a sentence. */
  lines(name: string): readonly MapLine[] | string {
    return this.#files.get(name) ?? "It was not read";
  }
}

function namesIn(line: Line): string[] {
  return line.flatMap(({ text }, index) => {
    const maps = [...text.matchAll(/\bmap(?:_\w+)?\(([^,)]+)/g)];
    return [
      ...maps.map(([, name]) => name!),
      ...text === "-f" && line[index + 1] !== undefined
        ? [line[index + 1]!.text]
        : [],
    ];
  });
}

function mapLines({ text }: SourceText): MapLine[] {
  return text.split("\n").flatMap((line) => {
    const found = /^[ \t]*([^\s#]\S*)(?:[ \t]+(.*?))?[ \t\r]*$/.exec(line);
    return found === null ? [] : [{ key: found[1]!, value: found[2] ?? "" }];
  });
}
