/** Importing texts, for tests of importers. */
import { parse } from "@std/jsonc";
import { SourceText } from "../../src/config/diagnostics.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Entry } from "../../src/import/entry.ts";
import type { Importer, ImportHints } from "../../src/import/importer.ts";
import { placeOf } from "../../src/import/origin.ts";
import { settle } from "../../src/import/settle.ts";

/** What was imported. */
export interface Imported {
  /** `line:column: message`. */
  readonly problems: readonly string[];
  /** `line:column: text`. */
  readonly notes: readonly string[];
  readonly text: string;
  /** The config as a value; without problems. */
  // deno-lint-ignore no-explicit-any
  readonly config: any;
  /** The lines that something in the config or a note comes from. */
  readonly lines: ReadonlySet<number>;
  /** Errors of loading it, after what it may not say has been taken back. */
  readonly errors: readonly string[];
}

/**
 * Imports a text.
 *
 * @param options Other files by the name that the text calls them by; what the
 * command line says; the file's name.
 */
export async function importText(
  importer: Importer,
  text: string,
  { files = {}, hints = {}, file = "in" }: {
    readonly files?: Readonly<Record<string, string>>;
    readonly hints?: ImportHints;
    readonly file?: string;
  } = {},
): Promise<Imported> {
  const source = new SourceText(file, text);
  const { config, problems } = await importer(source, {
    read: (name) =>
      Promise.resolve(
        Object.hasOwn(files, name)
          ? [new SourceText(name, files[name]!)]
          : "There is no such file",
      ),
  }, hints);
  const notes = config.notes.map((note) =>
    `${placeOf(note.origin).replace(`${file}:`, "")}: ${note.text}`
  );
  const { text: written, diagnostics } = settle(config, {
    file: "out",
    head: [],
    registry: () => new Registry([...BUILTINS, ...DATAGRAM_BUILTINS]),
  });
  const origins = [
    ...config.notes.map(({ origin }) => origin),
    ...originsBelow(config.root),
  ];
  return {
    problems: problems.map((problem) =>
      `${placeOf(problem.origin).replace(`${file}:`, "")}: ${problem.message}`
    ),
    notes,
    text: written,
    config: parse(written),
    lines: new Set(
      origins.filter((origin) => origin.source === source)
        .map(({ span }) => source.line(span.offset)),
    ),
    errors: diagnostics.filter(({ severity }) => severity === "error")
      .map(({ message }) => message),
  };
}

function originsBelow(entry: Entry): NonNullable<Entry["origin"]>[] {
  return [
    ...entry.origin === null ? [] : [entry.origin],
    ...entry.members.flatMap((member) =>
      member instanceof Entry ? originsBelow(member) : []
    ),
  ];
}
