/**
 * TOML as a tree.
 *
 * @module
 */
import { type AST, parseTOML } from "toml-eslint-parser";
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

/** An object while fields are added. */
interface OpenObject {
  readonly kind: "object";
  readonly origin: Origin;
  readonly fields: Field[];
  readonly byName: Map<string, Field>;
}

/** Reads TOML; `null`: it cannot be read, which is a problem. */
export function tomlTree(source: SourceText, problems: Problems): Tree | null {
  const at = (start: number, end: number): Origin => ({
    source,
    span: { offset: start, length: Math.max(1, end - start) },
  });
  try {
    return new Builder(at).tree(parseTOML(source.text));
  } catch (error) {
    if (error instanceof TreeError) {
      problems.add(error.origin, error.message);
      return null;
    }
    const { index = 0, message } = error as { index?: number; message: string };
    if (!(error instanceof Error)) throw error;
    problems.add(
      at(Math.min(index, source.text.length), index + 1),
      `Invalid TOML: ${message}`,
    );
    return null;
  }
}

class Builder {
  readonly #at: (start: number, end: number) => Origin;
  readonly #budget = new TreeBudget();

  constructor(at: (start: number, end: number) => Origin) {
    this.#at = at;
  }

  tree({ body: [top] }: AST.TOMLProgram): Tree {
    const root = this.#object(this.#at(0, 1));
    for (const part of top.body) {
      if (part.type === "TOMLKeyValue") this.#set(root, part, 1);
      else this.#table(root, part);
    }
    return root;
  }

  /** `[a.b]` or `[[a.b]]` with its values. */
  #table(root: OpenObject, table: AST.TOMLTable): void {
    const keys = table.key.keys;
    let object = root;
    for (const [depth, key] of keys.entries()) {
      const isNew = table.kind === "array" && depth === keys.length - 1;
      const origin = this.#at(...table.range);
      object = this.#below(object, key, { origin, isNew, depth });
    }
    for (const value of table.body) this.#set(object, value, keys.length + 1);
  }

  /** The object of a key, made if there is none; in a list the last one. */
  #below(
    object: OpenObject,
    key: AST.TOMLBare | AST.TOMLQuoted,
    { origin, isNew, depth }: { origin: Origin; isNew: boolean; depth: number },
  ): OpenObject {
    this.#budget.count(origin, depth);
    const name = nameOf(key);
    const known = object.byName.get(name)?.value;
    if (known?.kind === "list") {
      const items = known.items as Tree[];
      if (isNew) items.push(this.#object(origin));
      return items.at(-1) as OpenObject;
    }
    if (known?.kind === "object") return known as OpenObject;
    const made = this.#object(origin);
    const value: Tree = isNew ? { kind: "list", origin, items: [made] } : made;
    this.#add(object, { name, origin: this.#at(...key.range), value });
    return made;
  }

  #set(object: OpenObject, { key, value }: AST.TOMLKeyValue, depth: number) {
    const keys = [...key.keys];
    const last = keys.pop()!;
    let inner = object;
    for (const part of keys) {
      const origin = this.#at(...part.range);
      inner = this.#below(inner, part, { origin, isNew: false, depth });
    }
    this.#add(inner, {
      name: nameOf(last),
      origin: this.#at(...last.range),
      value: this.#value(value, depth),
    });
  }

  #value(node: AST.TOMLContentNode, depth: number): Tree {
    const origin = this.#at(...node.range);
    this.#budget.count(origin, depth);
    switch (node.type) {
      case "TOMLArray":
        return {
          kind: "list",
          origin,
          items: node.elements.map((each) => this.#value(each, depth + 1)),
        };
      case "TOMLInlineTable": {
        const object = this.#object(origin);
        for (const each of node.body) this.#set(object, each, depth + 1);
        return object;
      }
      case "TOMLValue":
        return { kind: "scalar", origin, value: plain(node.value) };
    }
  }

  #object(origin: Origin): OpenObject {
    return { kind: "object", origin, fields: [], byName: new Map() };
  }

  #add(object: OpenObject, field: Field): void {
    object.fields.push(field);
    object.byName.set(field.name, field);
  }
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function plain(value: unknown): ScalarTree["value"] {
  return typeof value === "string" || typeof value === "number" ||
      typeof value === "boolean"
    ? value
    : String(value);
}
