/** Configs of several files, without a file. */
import {
  ConfigDocuments,
  formatDiagnostics,
  type IncludedFile,
  loadDocuments,
  type LoadResult,
} from "../../src/config/load.ts";
import { ALL_DETECTORS } from "./all_detectors.ts";
import { bytesOf } from "./tcp.ts";

/** The text of an included file, or why it cannot be read. */
export type FakeFile =
  | string
  | { readonly problem: string; readonly isAbsent?: boolean };

/** Files by name. */
export type FakeFiles = Readonly<Record<string, FakeFile>>;

/**
 * The files of a config.
 *
 * @param main The config file, `main.jsonc`.
 * @param files Those of each entry of its `include`, by name.
 * @param values The files of values, by the path as a config spells it.
 */
export function documentsOf(
  main: string,
  files: readonly FakeFiles[] = [],
  values: FakeFiles = {},
): ConfigDocuments {
  const documents = new ConfigDocuments("main.jsonc", bytesOf(main));
  documents.entries.forEach((entry, index) =>
    documents.add(
      entry,
      Object.entries(files[index] ?? {}).map(fakeFile),
    )
  );
  documents.giveValues(({ path }) =>
    fakeFile([path, values[path] ?? { problem: "no such file" }])
  );
  return documents;
}

function fakeFile([file, given]: [string, FakeFile]): IncludedFile {
  return typeof given === "string"
    ? { file, bytes: bytesOf(given) }
    : { file, ...given };
}

/** Loads a config of several files, as {@linkcode documentsOf} has them. */
export function loadFiles(
  ...args: Parameters<typeof documentsOf>
): LoadResult {
  return loadDocuments(documentsOf(...args), ALL_DETECTORS);
}

/** What is said of a config: `a.jsonc:1:2: message [b.jsonc:3:4: related]`. */
export function saidOf({ source, diagnostics }: LoadResult): string[] {
  // Whatever is found can be printed.
  formatDiagnostics(source, diagnostics);
  return diagnostics.map(({ severity, message, span, related }) => {
    const head = severity === "error" ? "" : `${severity}: `;
    const tail = related === undefined
      ? ""
      : ` [${source.place(related.span.offset)}: ${related.message}]`;
    return `${source.place(span.offset)}: ${head}${message}${tail}`;
  });
}
