/**
 * What is done with connections, and how that is written into a config.
 *
 * @module
 */
import type { Entry, Json } from "../entry.ts";
import { type ImportedConfig, rule } from "../imported_config.ts";
import type { Note } from "../origin.ts";
import type { Outcome } from "./entries.ts";
import type { Notes } from "./notes.ts";
import { ANYTHING, type TranslatedServer } from "./server_types.ts";

/** What is done with a connection; the same one is the same object. */
export interface Action {
  readonly json: Json;
  /** What it cannot do. */
  readonly notes: readonly Note[];
}

/** Refuses. */
export const REJECT: Action = { json: { action: "REJECT" }, notes: [] };

/** Where rules are written to. */
export interface WriteContext {
  readonly config: ImportedConfig;
  readonly notes: Notes;
}

/** Writes the rules of a server. */
export function writeRules(
  entry: Entry,
  { protocols, silent, catchall, anything }: TranslatedServer<Action>,
  { config, notes }: WriteContext,
): void {
  const write = (
    [protocol, text]: readonly [string, string],
    { action, origin }: Outcome<Action>,
  ) => {
    const { json } = action;
    const written = rule(entry, [protocol, text], { action: json, origin });
    for (const { origin, text } of written === null ? [] : action.notes) {
      notes.write(written!, origin, text);
    }
  };
  for (const { protocol, rules, catchall: rest } of protocols) {
    for (const { text, ...outcome } of rules) write([protocol, text], outcome);
    if (rest !== null) write([protocol, "CATCHALL"], rest);
  }
  if (silent !== null) write(["SILENT", "CATCHALL"], silent);
  write(["CATCHALL", "CATCHALL"], catchall);
  if (anything) {
    const detector = { regex: "", max_bytes: 1 };
    config.detector(ANYTHING, detector, catchall.origin);
  }
}
