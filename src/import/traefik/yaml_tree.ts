/**
 * YAML as a tree.
 *
 * @module
 */
import process from "node:process";
import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { SourceText } from "../../config/diagnostics.ts";
import type { Problems } from "../importer.ts";
import type { Origin } from "../origin.ts";
import {
  type Field,
  type ScalarTree,
  type Tree,
  TreeBudget,
  TreeError,
} from "../tree/tree.ts";

/** What of a node of the parser is used. */
interface YamlNode {
  readonly range?: readonly number[] | null;
}

/** Reads YAML; `null`: it cannot be read, which is a problem. */
export function yamlTree(source: SourceText, problems: Problems): Tree | null {
  const document = parseQuietly(source.text);
  const builder = new Builder(source, document);
  // Others follow from the first error.
  const [error] = document.errors;
  if (error !== undefined) {
    const { pos: [start, end], message } = error;
    const [first = message] = message.split("\n");
    problems.add(
      builder.at(start, end),
      `Invalid YAML: ${first.replace(/\.$/, "")}`,
    );
    return null;
  }
  try {
    const tree = builder.tree(document.contents, 0);
    for (const origin of builder.repeated) {
      problems.add(origin, "Invalid YAML: Map keys must be unique");
    }
    return builder.repeated.length > 0 ? null : tree;
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    problems.add(error.origin, error.message);
    return null;
  }
}

/**
 * Parses. The parser asks the environment whether it shall log (`LOG_TOKENS`,
 * `LOG_STREAM`), which would need a permission: it finds an empty one.
 */
function parseQuietly(text: string): ReturnType<typeof parseDocument> {
  const env = Object.getOwnPropertyDescriptor(process, "env")!;
  Object.defineProperty(process, "env", { value: {}, configurable: true });
  try {
    return parseDocument(text, {
      // The parser would compare each key with each.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
  } finally {
    Object.defineProperty(process, "env", env);
  }
}

class Builder {
  readonly #source: SourceText;
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #budget = new TreeBudget();
  /** The aliases that are being followed. */
  readonly #open = new Set<unknown>();
  /** Names that their maps have already. */
  readonly repeated: Origin[] = [];

  constructor(
    source: SourceText,
    document: ReturnType<typeof parseDocument>,
  ) {
    this.#source = source;
    this.#document = document;
  }

  at(start: number, end: number): Origin {
    const span = { offset: start, length: Math.max(1, end - start) };
    return { source: this.#source, span };
  }

  tree(node: unknown, depth: number): Tree {
    const { range } = (node ?? {}) as YamlNode;
    const origin = this.at(range?.[0] ?? 0, range?.[1] ?? 1);
    this.#budget.count(origin, depth);
    if (isAlias(node)) return this.#alias(node, origin, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.tree(item, depth + 1));
      return { kind: "list", origin, items };
    }
    if (isMap(node)) {
      return { kind: "object", origin, fields: this.#fields(node, depth) };
    }
    const value = isScalar(node) ? node.value : null;
    return { kind: "scalar", origin, value: plain(value) };
  }

  #alias(
    node: { resolve(document: never): unknown },
    origin: Origin,
    depth: number,
  ): Tree {
    const target = node.resolve(this.#document as never);
    if (target === undefined || this.#open.has(target)) {
      throw new TreeError(origin, "A reference leads to itself or nowhere");
    }
    this.#open.add(target);
    const tree = this.tree(target, depth + 1);
    this.#open.delete(target);
    return tree;
  }

  #fields(
    node: { readonly items: readonly { key: unknown; value: unknown }[] },
    depth: number,
  ): Field[] {
    const fields = new Map<string, Field>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "?";
      const { range } = key as YamlNode;
      const origin = this.at(range?.[0] ?? 0, range?.[1] ?? 1);
      if (isScalar(key) && fields.has(name)) this.repeated.push(origin);
      fields.set(name, { name, origin, value: this.tree(value, depth + 1) });
    }
    const merged = fields.get("<<");
    fields.delete("<<");
    for (const field of merged ? mergedFields(merged.value) : []) {
      if (!fields.has(field.name)) fields.set(field.name, field);
    }
    return [...fields.values()];
  }
}

/** The fields of `<<`: of an object, or of a list of them. */
function mergedFields(tree: Tree): readonly Field[] {
  if (tree.kind === "object") return tree.fields;
  return tree.kind === "list" ? tree.items.flatMap(mergedFields) : [];
}

function plain(value: unknown): ScalarTree["value"] {
  return typeof value === "string" || typeof value === "number" ||
      typeof value === "boolean" || value === null
    ? value
    : String(value);
}
