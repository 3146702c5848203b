/**
 * What of a file with bounds becomes a part of the config.
 *
 * @module
 */
import { type ConfigDocument, isBounded } from "../document.ts";
import { type JsonNode, properties, property } from "../json_tree.ts";

type Readable = ConfigDocument & { readonly root: JsonNode };

/** The servers that files without bounds have, each once. */
export function trustedServers(
  documents: readonly ConfigDocument[],
): ReadonlySet<string> {
  const servers = documents.filter((document) => !isBounded(document))
    .flatMap(({ root }) =>
      properties(root === null ? undefined : property(root, "servers")?.value)
    );
  return new Set(servers.map(({ name }) => name));
}

/**
 * The tree of a file without what no file with bounds may have, however much of
 * it there is: that is reported by the file itself, and not looked at any more.
 *
 * @param servers Those that files without bounds have.
 */
export function allowedTree(
  document: Readable,
  servers: ReadonlySet<string>,
): JsonNode {
  const { root } = document;
  if (!isBounded(document) || root.type !== "object") return root;
  const field = (root.children ?? []).filter(({ children: [key] = [] }) =>
    key?.value === "servers"
  ).map((node) => withEntries(node, (name) => servers.has(name)));
  return { ...root, children: field };
}

/** A property with those entries of its object. */
function withEntries(
  node: JsonNode,
  isKept: (name: string) => boolean,
): JsonNode {
  const [key, value] = node.children ?? [];
  if (key === undefined || value?.type !== "object") return node;
  const children = (value.children ?? []).filter(({ children: [name] = [] }) =>
    isKept(String(name?.value))
  );
  return { ...node, children: [key, { ...value, children }] };
}
