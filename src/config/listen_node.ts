/**
 * Where a server says what it listens on: its key, or `listen` in its options.
 *
 * @module
 */
import { UDP_SUFFIX } from "./datagram_server.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { type JsonNode, type Property, property, spanOf } from "./json_tree.ts";

/** Stands for an address that was reported as wrong. */
const ANY_PORT = "127.0.0.1:0";

/**
 * The text with the address of a server. With `listen`, the key is only the name
 * of the server: for other files, expectations and labels.
 */
export function listenNodeOf({ name, key, value }: Property): JsonNode {
  const options = property(value, "options")?.value;
  const listen = property(options, "listen")?.value;
  if (listen === undefined) return key;
  if (listen.type === "string" && !listen.standIn) return listen;
  const suffix = name.endsWith(UDP_SUFFIX) ? UDP_SUFFIX : "";
  return { ...listen, type: "string", value: ANY_PORT + suffix };
}

/** Reports a `listen` in what all servers inherit. */
export function checkNoListen(
  defaults: JsonNode | undefined,
  found: Diagnostic[],
): void {
  const listen = property(defaults, "listen");
  if (listen === undefined) return;
  const message =
    'Field "listen" belongs in the options of one server: all would have the same address';
  found.push({ severity: "error", message, span: spanOf(listen.key) });
}
