/**
 * What loading a config found, for the admin API.
 *
 * @module
 */
import type { ConfigNote } from "../../admin/api.ts";
import type { Diagnostic, SourceText } from "../../config/diagnostics.ts";

/** The diagnostics of a config with their places as text. */
export function configNotes(
  { source, diagnostics }: {
    readonly source: SourceText;
    readonly diagnostics: readonly Diagnostic[];
  },
): ConfigNote[] {
  return diagnostics.map(({ severity, message, span }) => ({
    place: source.place(span.offset),
    severity: severity === "note" ? "info" : severity,
    message,
  }));
}
