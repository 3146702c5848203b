/**
 * What an importer fills: servers, their protocols and rules, and the rest of a
 * config.
 *
 * @module
 */
import { Entry, type Json, notesBelow } from "./entry.ts";
import type { Note, Origin } from "./origin.ts";

/** A config that is being imported. */
export class ImportedConfig {
  /** The whole config. Its notes come first in the file. */
  readonly root: Entry = new Entry("", null, null);

  /** Starts a config without servers. */
  constructor() {
    this.root.set("version", "v1.0.0", null);
  }

  /** The servers, by the address that they listen on. */
  get servers(): readonly Entry[] {
    return this.root.get("servers")?.entries ?? [];
  }

  /** All notes, in the order of the config. */
  get notes(): readonly Note[] {
    return notesBelow(this.root);
  }

  /** Sets a field of the top level: `resolver`, `max_connections`, ... */
  set(name: string, value: Json, origin: Origin): Entry | null {
    return this.root.set(name, value, origin);
  }

  /**
   * Declares a detector.
   *
   * @param name As {@linkcode detectorName} makes it.
   * @returns `null`: the name is taken.
   */
  detector(name: string, value: Json, origin: Origin): Entry | null {
    return this.root.at("detectors", null).set(name, value, origin);
  }

  /** The server of an address such as `":443"`; made if there is none. */
  server(address: string, origin: Origin): Entry {
    return this.root.at("servers", null).at(address, origin);
  }
}

/** Sets an option of a server. @returns `null`: it is set already. */
export function option(
  server: Entry,
  name: string,
  { value, origin }: { readonly value: Json; readonly origin: Origin | null },
): Entry | null {
  return server.at("options", null).set(name, value, origin);
}

/**
 * Adds a rule.
 *
 * @param path Name of the protocol, then the rule: `["TLS", "SNI a.example"]`.
 * @param action As the config language has it; an address is a FORWARD to it.
 * @returns `null`: there is such a rule already, which stays as it is.
 */
export function rule(
  server: Entry,
  [protocol, conditions]: readonly [string, string],
  { action, origin }: { readonly action: Json; readonly origin: Origin | null },
): Entry | null {
  return server.at(protocol, origin).set(conditions, action, origin);
}

/** A detector's name out of any text: `my-proto` is `MY_PROTO`. */
export function detectorName(text: string): string {
  const name = text.toUpperCase().replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "").slice(0, 24);
  return /^[A-Z]/.test(name) ? name : `X_${name}`;
}
