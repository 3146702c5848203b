/**
 * Listeners on all addresses: other programs have one for IPv4 and one for IPv6,
 * passthru has one for both.
 *
 * @module
 */
import { notesBelow } from "./entry.ts";
import type { ImportedConfig } from "./imported_config.ts";
import { type Note, placeOf } from "./origin.ts";

/**
 * Makes one server of two that differ in the family of their address only, and
 * notes where passthru listens on more than the original.
 */
export function joinFamilies(config: ImportedConfig): void {
  const servers = config.root.get("servers")!;
  for (const server of config.servers) {
    const found = /^\[::\](:\d+(?:\/udp)?)$/.exec(server.name);
    if (found === null) continue;
    const port = found[1]!;
    const ipv4 = servers.get(`0.0.0.0${port}`);
    if (ipv4 === undefined) {
      const { origin } = server;
      if (origin !== null) {
        server.note(origin, "passthru takes clients with IPv4 here, too");
      }
      continue;
    }
    const same =
      JSON.stringify(ipv4.plain()) === JSON.stringify(server.plain());
    if (!same || servers.get(port) !== undefined) continue;
    const both = servers.rename(ipv4, port);
    const known = new Set(notesBelow(both).map(keyOf));
    for (const note of notesBelow(server)) {
      if (!known.has(keyOf(note))) both.note(note.origin, note.text);
    }
    servers.remove(server, { withNotes: true });
  }
}

function keyOf({ origin, text }: Note): string {
  return `${placeOf(origin)} ${text}`;
}
