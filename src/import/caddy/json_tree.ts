/**
 * JSON as a tree.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import { type JsonNode, parseSource } from "../../config/source.ts";
import type { Problems } from "../importer.ts";
import type { Origin } from "../origin.ts";
import { type Field, MAX_DEPTH, type Tree, TreeBudget } from "../tree/tree.ts";

/** Reads JSON; `null`: it cannot be read, which is a problem. */
export function jsonTree(source: SourceText, problems: Problems): Tree | null {
  const bytes = new TextEncoder().encode(source.text);
  const { root, diagnostics } = parseSource(source.file, bytes, {
    expected: 'an object with "apps"',
    maxDepth: MAX_DEPTH,
  });
  for (const { message, span } of diagnostics) {
    problems.add({ source, span }, `Invalid JSON: ${message}`);
  }
  if (root === null || diagnostics.length > 0) return null;
  return treeOf(root, { source, budget: new TreeBudget() });
}

interface Parts {
  readonly source: SourceText;
  readonly budget: TreeBudget;
}

function treeOf(node: JsonNode, parts: Parts): Tree {
  const origin = originOf(node, parts);
  parts.budget.count(origin, 0);
  const children = node.children ?? [];
  if (node.type === "array") {
    const items = children.map((child) => treeOf(child, parts));
    return { kind: "list", origin, items };
  }
  if (node.type !== "object") {
    return { kind: "scalar", origin, value: node.value };
  }
  const fields = children.flatMap(({ children: [key, value] = [] }): Field[] =>
    key === undefined || value === undefined ? [] : [{
      name: key.value,
      origin: originOf(key, parts),
      value: treeOf(value, parts),
    }]
  );
  return { kind: "object", origin, fields };
}

function originOf(node: JsonNode, { source }: Parts): Origin {
  const isOpen = node.type === "object" || node.type === "array";
  const length = isOpen ? 1 : node.length;
  return { source, span: { offset: node.offset, length } };
}
