/**
 * Where a server says what it listens on: its key, or `listen` in its options.
 *
 * @module
 */
import type { Transport } from "../detect/detector.ts";
import { isDatagramKey, UDP_SUFFIX } from "./datagram_server.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { type JsonNode, type Property, property, spanOf } from "./json_tree.ts";

/** Stands for an address that was reported as wrong. */
const ANY_PORT = "127.0.0.1:0";

/**
 * The text with the address of a server. With `listen`, the key is only the name
 * of the server: for other files, expectations and labels.
 *
 * @param transport What the address is for where it is not known. Default: as the
 * key says.
 */
export function listenNodeOf(
  { name, key, value }: Property,
  transport: Transport = isDatagramKey(name) ? "udp" : "tcp",
): JsonNode {
  const options = property(value, "options")?.value;
  const listen = property(options, "listen")?.value;
  if (listen === undefined) return key;
  if (listen.type === "string" && !listen.standIn) return listen;
  const suffix = transport === "udp" ? UDP_SUFFIX : "";
  return {
    ...listen,
    type: "string",
    value: ANY_PORT + suffix,
    standIn: true,
  };
}

/**
 * Which transport a server is for; `null`: nobody can tell, because its address
 * was reported as wrong and its key does not end in `/udp`.
 */
export function transportOf(server: Property): Transport | null {
  const { value, standIn } = listenNodeOf(server);
  if (isDatagramKey(value as string)) return "udp";
  return standIn ? null : "tcp";
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
