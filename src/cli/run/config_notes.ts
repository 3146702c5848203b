/**
 * What is remembered of a config that was read, for the admin API.
 *
 * @module
 */
import type { ConfigNote } from "../../admin/api.ts";
import type { Diagnostic } from "../../config/diagnostics.ts";
import type { SourceMap } from "../../config/source_text.ts";
import type { LoadedFile } from "../read_config.ts";
import type { ReadConfig } from "./config_history.ts";

/** The diagnostics of a config with their places as text. */
export function configNotes(
  { source, diagnostics }: {
    readonly source: SourceMap;
    readonly diagnostics: readonly Diagnostic[];
  },
): ConfigNote[] {
  return diagnostics.map(({ severity, message, span }) => ({
    place: source.place(span.offset),
    severity: severity === "note" ? "info" : severity,
    message,
  }));
}

/** What is remembered of a config. */
export function readConfigOf(
  { source, places, diagnostics }: LoadedFile,
): ReadConfig {
  return {
    text: source.text,
    included: source.files.slice(1).map(({ file, text }) => ({ file, text })),
    places,
    notes: configNotes({ source, diagnostics }),
  };
}
