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

/** Actions by what they say. */
export class Actions {
  readonly #known = new Map([[JSON.stringify(REJECT.json), REJECT]]);

  /** The action that says this, which has no notes. */
  of(json: Json): Action {
    const key = JSON.stringify(json);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const action = { json, notes: [] };
    this.#known.set(key, action);
    return action;
  }
}

/** Where rules are written to. */
export interface WriteContext {
  readonly config: ImportedConfig;
  readonly notes: Notes;
  /** What is said of rules that are left out, and their protocol. */
  readonly leftOut?: readonly LeftOut[];
}

/** A note about a rule that is left out. */
export interface LeftOut extends Note {
  readonly protocol: string | null;
}

/** Writes the rules of a server. */
export function writeRules(
  entry: Entry,
  { protocols, silent, catchall, anything }: TranslatedServer<Action>,
  { config, notes, leftOut = [] }: WriteContext,
): void {
  const written = new Set(protocols.map(({ protocol }) => protocol));
  for (const { origin, text, protocol } of leftOut) {
    if (!written.has(protocol ?? "")) notes.write(entry, origin, text);
  }
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
    const own = leftOut.filter((one) => one.protocol === protocol);
    const first = rules[0] ?? rest ?? catchall;
    if (own.length > 0) entry.at(protocol, first.origin);
    for (const { origin, text } of own) {
      notes.write(entry.get(protocol)!, origin, text);
    }
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
