/**
 * A tree of JSON values, each with its place.
 *
 * @module
 */
import { type Diagnostic, MAX_ERRORS, quoted } from "./diagnostics.ts";
import type { Span } from "./source_text.ts";

/** A node of the tree. */
export interface JsonNode {
  /** What it is. */
  readonly type:
    | "object"
    | "array"
    | "property"
    | "string"
    | "number"
    | "boolean"
    | "null";
  /** Of what has no parts. */
  // deno-lint-ignore no-explicit-any
  readonly value?: any;
  /** Start of its text. */
  readonly offset: number;
  /** Length of its text. */
  readonly length: number;
  /** Whether it only stands for a value that was reported as wrong. */
  readonly standIn?: true;
  /** Of the key of a rule whose values are in files: the rule with them. */
  readonly expanded?: string;
  /** The properties of an object, the key and the value of a property, ... */
  readonly children?: readonly JsonNode[];
}

/** A key with its value. */
export interface Property {
  readonly name: string;
  readonly key: JsonNode;
  readonly value: JsonNode;
}

/** With so many entries, an object gets an index when it is asked for one. */
const MANY_ENTRIES = 32;

/** The entries of large objects. */
const INDEXES = new WeakMap<JsonNode, ReadonlyMap<string, Property>>();

/** The entries of an object, each name once (the first). */
export function properties(node: JsonNode | undefined): Property[] {
  return [...entriesByName(node).values()];
}

function entriesByName(node: JsonNode | undefined): Map<string, Property> {
  const seen = new Map<string, Property>();
  for (const child of node?.type === "object" ? node.children ?? [] : []) {
    const [key, value] = child.children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = key.value as string;
    if (!seen.has(name)) seen.set(name, { name, key, value });
  }
  return seen;
}

/** An object with these properties, in the place of another node. */
export function objectOf(
  { offset, length }: JsonNode,
  entries: readonly Property[],
): JsonNode {
  return {
    type: "object",
    offset,
    length,
    children: entries.map(({ key, value }) => ({
      type: "property",
      offset: key.offset,
      length: value.offset + value.length - key.offset,
      children: [key, value],
    })),
  };
}

/** The entry of an object by name; of several, the first. */
export function property(
  node: JsonNode | undefined,
  name: string,
): Property | undefined {
  if (node?.type !== "object") return undefined;
  if ((node.children?.length ?? 0) > MANY_ENTRIES) {
    const index = INDEXES.get(node) ?? entriesByName(node);
    INDEXES.set(node, index);
    return index.get(name);
  }
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key?.value === name && value !== undefined) return { name, key, value };
  }
  return undefined;
}

/** The tree as plain values, objects without a prototype. */
export function plainValue(node: JsonNode): unknown {
  if (node.type === "array") return (node.children ?? []).map(plainValue);
  if (node.type !== "object") return node.value;
  const object = Object.create(null) as Record<string, unknown>;
  for (const { name, value } of properties(node)) {
    object[name] = plainValue(value);
  }
  return object;
}

/** The node at a path, or the nearest one above that exists. */
export function nodeAt(
  root: JsonNode,
  path: readonly (string | number)[],
): JsonNode {
  let node = root;
  for (const step of path) {
    const next = typeof step === "string"
      ? property(node, step)?.value
      : node.type === "array"
      ? node.children?.[step]
      : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** The range of a node in the text. An object is shown by its brace. */
export function spanOf(node: JsonNode): Span {
  const length = node.type === "object" || node.type === "array"
    ? 1
    : node.length;
  return { offset: node.offset, length };
}

/** The names that objects of a tree have twice. */
export function duplicateKeys(
  node: JsonNode,
  found: Diagnostic[] = [],
): Diagnostic[] {
  const seen = new Map<string, JsonNode>();
  for (const child of node.children ?? []) {
    if (found.length >= MAX_ERRORS) break;
    if (child.type !== "property") {
      duplicateKeys(child, found);
      continue;
    }
    const [key, value] = child.children ?? [];
    if (key === undefined) continue;
    const first = seen.get(key.value);
    if (first === undefined) seen.set(key.value, key);
    else {
      found.push({
        severity: "error",
        message: `Duplicate name ${quoted(key.value)}`,
        span: spanOf(key),
        related: { message: "first used here", span: spanOf(first) },
      });
    }
    if (value !== undefined) duplicateKeys(value, found);
  }
  return found;
}
