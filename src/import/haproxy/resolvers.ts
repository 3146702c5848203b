/**
 * `resolvers`: the name servers that `srv:` targets are asked for.
 *
 * @module
 */
import type { ImportedConfig } from "../imported_config.ts";
import { originOf } from "./words.ts";
import type { Ledger } from "./ledger.ts";
import type { Section } from "./sections.ts";

/** Writes the name servers of a section. */
export function writeResolvers(
  { head, lines }: Section,
  { config, ledger }: { config: ImportedConfig; ledger: Ledger },
): void {
  ledger.useAll(head);
  const servers = lines.flatMap((line) => {
    const [keyword, , address] = line;
    if (keyword.text !== "nameserver" || address === undefined) return [];
    const text = address.text.replace(/^(?:udp|tcp|udp4|udp6|tcp4|tcp6)@/, "");
    if (address.variables.length > 0 || !/:\d+$/.test(text)) return [];
    ledger.useAll(line);
    return [text];
  });
  if (servers.length === 0) return;
  config.set("resolver", [...new Set(servers)], originOf(head))?.note(
    originOf(head),
    "The name servers are asked over TCP",
  );
}
