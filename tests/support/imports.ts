/** Imports of texts, as the command does it, without files. */
import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/jsonc";
import { SourceText } from "../../src/config/diagnostics.ts";
import { formatDiagnostics } from "../../src/config/load.ts";
import { Entry } from "../../src/import/entry.ts";
import { importFile } from "../../src/import/import_file.ts";
import type {
  Format,
  ImportHints,
  OtherFiles,
} from "../../src/import/importer.ts";
import { type Origin, placeOf } from "../../src/import/origin.ts";
import { ALL_DETECTORS } from "./all_detectors.ts";

/** What an import of a text gives. Places in it are `line:column`. */
export interface ImportedText {
  /** The config as text; `""`: there are problems. */
  readonly text: string;
  /** The config as a value. */
  // deno-lint-ignore no-explicit-any
  readonly config: any;
  /** Its servers, with all rules written in full. */
  readonly servers: Record<string, Record<string, unknown>>;
  /** `line:column: note`; of another file `file:line:column: note`. */
  readonly notes: readonly string[];
  /** `line:column: problem`, likewise. */
  readonly problems: readonly string[];
  /** The lines that something in the config or a note comes from. */
  readonly lines: ReadonlySet<number>;
}

/** How a text is imported. */
export interface ImportTextOptions {
  /** Default: what the text looks like. */
  readonly format?: Format;
  /** Its name. */
  readonly file?: string;
  /** Other files by the names that the text has for them. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the command line says. */
  readonly hints?: ImportHints;
}

/** Imports a text; the config that comes of it has no errors. */
export async function importText(
  text: string,
  { format, file = "old", files = {}, hints = {} }: ImportTextOptions = {},
): Promise<ImportedText> {
  const source = new SourceText(file, text);
  const result = await importFile(source, {
    out: "new.jsonc",
    others: otherFiles(files),
    hints,
    registry: () => ALL_DETECTORS,
    ...(format === undefined ? {} : { format }),
  });
  const said = (origin: Origin, sentence: string) => {
    const place = placeOf(origin);
    return `${
      origin.source === source ? place.slice(file.length + 1) : place
    }: ${sentence}`;
  };
  if (!result.ok) {
    const problems = result.problems.map(({ origin, message }) =>
      said(origin, message)
    );
    return {
      text: "",
      config: {},
      servers: {},
      notes: [],
      problems,
      lines: new Set(),
    };
  }
  const { config, notes, written } = result;
  const errors = written.diagnostics.filter((one) => one.severity === "error");
  assertEquals(formatDiagnostics(written.source, errors), "");
  assert(written.text.endsWith("}\n"));
  const origins = [
    ...notes.map(({ origin }) => origin),
    ...originsBelow(config.root),
  ];
  return {
    text: written.text,
    config: parse(written.text),
    servers: config.root.get("servers")!.plain() as ImportedText["servers"],
    notes: notes.map(({ origin, text }) => said(origin, text)),
    problems: [],
    lines: new Set(
      origins.filter((origin) => origin.source === source)
        .map(({ span }) => source.line(span.offset)),
    ),
  };
}

/** Files that are in a text each. */
function otherFiles(files: Readonly<Record<string, string>>): OtherFiles {
  return {
    read: (name) =>
      Promise.resolve(
        Object.hasOwn(files, name)
          ? [new SourceText(name, files[name]!)]
          : "It is outside",
      ),
  };
}

function originsBelow(entry: Entry): Origin[] {
  return [
    ...entry.origin === null ? [] : [entry.origin],
    ...entry.members.flatMap((member) =>
      member instanceof Entry ? originsBelow(member) : []
    ),
  ];
}
