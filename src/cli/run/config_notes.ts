/**
 * What is remembered of a config that was read, for the admin API.
 *
 * @module
 */
import type { ConfigNote, RefusedConfigFile } from "../../admin/api.ts";
import type { Diagnostic } from "../../config/diagnostics.ts";
import { shownOf } from "../../config/load.ts";
import type { Logger } from "../../observe/log.ts";
import type { SourceMap } from "../../config/source_text.ts";
import type { LoadedFile } from "../load_file.ts";
import type { ReadConfig } from "./config_history.ts";

/** What is shown of the diagnostics of a config, with places as text. */
function configNotes(
  { source, diagnostics }: {
    readonly source: SourceMap;
    readonly diagnostics: readonly Diagnostic[];
  },
): ConfigNote[] {
  const { shown, more } = shownOf(diagnostics);
  const notes = shown.map(({ severity, message, span }): ConfigNote => ({
    place: source.place(span.offset),
    severity: severity === "note" ? "info" : severity,
    message,
  }));
  if (more === 0) return notes;
  const place = `${source.file}:1:1`;
  return [...notes, { place, severity: "info", message: `and ${more} more` }];
}

/** What is remembered of a config. */
export function readConfigOf(
  { source, places, diagnostics, refused }: LoadedFile,
): ReadConfig {
  const refusals = refused.map(({ file, inUse, errors, source }) => ({
    file,
    in_use: inUse,
    errors: errors.length,
    notes: configNotes({ source, diagnostics: errors }),
  }));
  return {
    text: source.text,
    included: source.files.slice(1).map(({ file, text }) => ({ file, text })),
    places,
    refused: refusals,
    notes: [
      ...refusals.flatMap(notesOf),
      ...configNotes({ source, diagnostics }),
    ],
  };
}

/** Logs what was found about a config. */
export function logNotes(logger: Logger, notes: readonly ConfigNote[]): void {
  for (const { place, severity, message } of notes) {
    const level = severity === "warning" ? "warn" : severity;
    logger.log(level, "config", { place, problem: message });
  }
}

/** What keeps a file from being used, and what is used of it. */
function notesOf({ file, in_use, notes }: RefusedConfigFile): ConfigNote[] {
  const used = in_use === "last_good"
    ? "its last good content stays in use"
    : "none of its rules is in use";
  const message = `The file is refused because of errors: ${used}`;
  return [...notes, { place: `${file}:1:1`, severity: "warning", message }];
}
