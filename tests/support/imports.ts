/** Imports of texts, without files. */
import { assert, assertEquals } from "@std/assert";
import { SourceText } from "../../src/config/diagnostics.ts";
import { formatDiagnostics } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { importFile } from "../../src/import/import_file.ts";
import type { Format, OtherFiles } from "../../src/import/importer.ts";
import { placeOf } from "../../src/import/origin.ts";

/** What an import of a text gives. */
export interface ImportedText {
  /** The config as text; `""`: there are problems. */
  readonly text: string;
  /** The config as a value. */
  readonly servers: Record<string, Record<string, unknown>>;
  /** `file:line:column: note`. */
  readonly notes: readonly string[];
  /** `file:line:column: problem`. */
  readonly problems: readonly string[];
}

/**
 * Imports a text.
 *
 * @param files Other files by the names that the text has for them.
 */
export async function importText(
  text: string,
  { format, file = "old", files = {} }: {
    readonly format?: Format;
    readonly file?: string;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Promise<ImportedText> {
  const result = await importFile(new SourceText(file, text), {
    out: "new.jsonc",
    others: otherFiles(files),
    registry: () => new Registry([...BUILTINS, ...DATAGRAM_BUILTINS]),
    ...(format === undefined ? {} : { format }),
  });
  if (!result.ok) {
    const problems = result.problems.map(({ origin, message }) =>
      `${placeOf(origin)}: ${message}`
    );
    return { text: "", servers: {}, notes: [], problems };
  }
  const { config, notes, written } = result;
  const errors = written.diagnostics.filter((one) => one.severity === "error");
  assertEquals(formatDiagnostics(written.source, errors), "");
  assert(written.text.endsWith("}\n"));
  return {
    text: written.text,
    servers: config.root.get("servers")!.plain() as ImportedText["servers"],
    notes: notes.map(({ origin, text }) => `${placeOf(origin)}: ${text}`),
    problems: [],
  };
}

/** Files that are in a text each. */
function otherFiles(files: Readonly<Record<string, string>>): OtherFiles {
  return {
    read: (pattern) =>
      Promise.resolve(
        files[pattern] === undefined
          ? "It is outside"
          : [new SourceText(pattern, files[pattern])],
      ),
  };
}
