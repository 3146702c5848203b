/**
 * The tree of a file as it would be read among what a config says.
 *
 * @module
 */
import {
  type JsonNode,
  objectOf,
  properties,
  type Property,
  property,
} from "../json_tree.ts";

/**
 * The tree with what its servers get from a config: the defaults of all, and the
 * address of each.
 *
 * @param config The tree of the config.
 */
export function inConfig(tree: JsonNode, config: JsonNode): JsonNode {
  const known = property(config, "servers")?.value;
  const defaults = property(config, "defaults");
  return objectOf(tree, [
    ...properties(tree).map((field) =>
      field.name === "servers"
        ? { ...field, value: withAddresses(field.value, known) }
        : field
    ),
    ...(defaults === undefined ? [] : [defaults]),
  ]);
}

function withAddresses(
  servers: JsonNode,
  known: JsonNode | undefined,
): JsonNode {
  return objectOf(
    servers,
    properties(servers).map((server) => withAddress(server, known)),
  );
}

function withAddress(
  server: Property,
  known: JsonNode | undefined,
): Property {
  const own = property(known, server.name)?.value;
  const listen = property(property(own, "options")?.value, "listen");
  if (listen === undefined) return server;
  const options: Property = {
    name: "options",
    key: { ...server.key, value: "options" },
    value: objectOf(server.key, [listen]),
  };
  const fields = [...properties(server.value), options];
  return { ...server, value: objectOf(server.value, fields) };
}
