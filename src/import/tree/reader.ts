/**
 * Reads trees field by field, and tells what nobody has read.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { type Note, type Origin, quoted } from "../origin.ts";
import { join, leftover, shown } from "./tree_words.ts";
import type { Field, ObjectTree, ScalarTree, Tree } from "./tree.ts";

/** Reads a tree. What is wrong with it goes to the problems. */
export class TreeReader {
  readonly problems: Problems;
  readonly #read = new Set<Tree>();

  /** Starts with nothing read. */
  constructor(problems: Problems) {
    this.problems = problems;
  }

  /** An object; `null`: it is something else, which is a problem. */
  object(tree: Tree, path: string): ObjectReader | null {
    if (tree.kind === "object") {
      this.#read.add(tree);
      return new ObjectReader(this, tree, path);
    }
    // An empty value of YAML is an object without fields.
    if (tree.kind === "scalar" && tree.value === null) {
      this.#read.add(tree);
      const empty: ObjectTree = { ...tree, kind: "object", fields: [] };
      return new ObjectReader(this, empty, path);
    }
    this.wrong(tree, path, "an object");
    return null;
  }

  /** The items of a list; a single value is a list of one. */
  list(tree: Tree): readonly Tree[] {
    if (tree.kind !== "list") return [tree];
    this.#read.add(tree);
    return tree.items;
  }

  /** A value without parts. */
  scalar(tree: Tree): ScalarTree | null {
    if (tree.kind !== "scalar") return null;
    this.#read.add(tree);
    return tree;
  }

  /** Marks a value and all in it as read. */
  take(tree: Tree): void {
    this.#read.add(tree);
    if (tree.kind === "object") {
      for (const { value } of tree.fields) this.take(value);
    } else if (tree.kind === "list") {
      for (const item of tree.items) this.take(item);
    }
  }

  /** Whether a value has been read. */
  isRead(tree: Tree): boolean {
    return this.#read.has(tree);
  }

  /** Reports a value that is not what it should be. */
  wrong(tree: Tree, path: string, expected: string): void {
    this.take(tree);
    this.problems.add(
      tree.origin,
      `Invalid value of ${quoted(path)}: found ${
        shown(tree)
      }, expected ${expected}`,
    );
  }

  /** A note for each value that nobody has read. */
  leftovers(
    tree: Tree,
    path: string,
    reasonOf: (path: string) => string | undefined,
  ): Note[] {
    if (!this.isRead(tree)) {
      return [leftover(path, tree.origin, reasonOf(path))];
    }
    if (tree.kind === "list") {
      return tree.items.flatMap((item, index) =>
        this.leftovers(item, `${path}[${index}]`, reasonOf)
      );
    }
    if (tree.kind !== "object") return [];
    return tree.fields.flatMap(({ name, origin, value }) => {
      const below = join(path, name);
      return this.isRead(value)
        ? this.leftovers(value, below, reasonOf)
        : [leftover(below, origin, reasonOf(below))];
    });
  }
}

/** An object whose fields are read by name. */
export class ObjectReader {
  readonly #reader: TreeReader;
  readonly #tree: ObjectTree;
  /** Its names down to it: `tcp.routers`. */
  readonly path: string;

  constructor(reader: TreeReader, tree: ObjectTree, path: string) {
    this.#reader = reader;
    this.#tree = tree;
    this.path = path;
  }

  /** Its place. */
  get origin(): Origin {
    return this.#tree.origin;
  }

  /** Its fields, which are not read by that. */
  get fields(): readonly Field[] {
    return this.#tree.fields;
  }

  /** The field of a name, in upper or lower case. */
  field(name: string): Field | undefined {
    const exact = this.#tree.fields.find((field) => field.name === name);
    const lower = name.toLowerCase();
    return exact ??
      this.#tree.fields.find((field) => field.name.toLowerCase() === lower);
  }

  /** Whether there is such a field. */
  has(name: string): boolean {
    return this.field(name) !== undefined;
  }

  /** The object in a field; `null`: there is none. */
  object(name: string): ObjectReader | null {
    const field = this.field(name);
    return field === undefined
      ? null
      : this.#reader.object(field.value, join(this.path, name));
  }

  /** The objects in a field by their names. */
  objects(name: string): [Field, ObjectReader][] {
    const outer = this.object(name);
    return (outer?.fields ?? []).flatMap((field) => {
      const path = join(outer!.path, field.name);
      const inner = this.#reader.object(field.value, path);
      return inner === null ? [] : [[field, inner] as [Field, ObjectReader]];
    });
  }

  /** The objects of a list. */
  items(name: string): ObjectReader[] {
    const field = this.field(name);
    if (field === undefined) return [];
    return this.#reader.list(field.value).flatMap((item, index) => {
      const path = `${join(this.path, name)}[${index}]`;
      const found = this.#reader.object(item, path);
      return found === null ? [] : [found];
    });
  }

  /** The texts of a list, or a single one. */
  texts(name: string): { readonly text: string; readonly origin: Origin }[] {
    const field = this.field(name);
    if (field === undefined) return [];
    return this.#reader.list(field.value).flatMap((item) => {
      const scalar = this.#reader.scalar(item);
      if (scalar !== null && scalar.value !== null) {
        return [{ text: String(scalar.value), origin: scalar.origin }];
      }
      this.#reader.wrong(item, join(this.path, name), "a text");
      return [];
    });
  }

  /** A text; a number is one, too. */
  text(name: string): string | null {
    return this.#value(
      name,
      "a text",
      (value) =>
        typeof value === "boolean" || value === null ? null : String(value),
    );
  }

  /** A whole number, which may be written as a text. */
  number(name: string): number | null {
    return this.#value(
      name,
      "a whole number",
      (value) => /^-?\d{1,15}$/.test(String(value)) ? Number(value) : null,
    );
  }

  /** `true` or `false`. */
  boolean(name: string): boolean | null {
    return this.#value(
      name,
      "true or false",
      (value) =>
        value === true || value === "true"
          ? true
          : value === false || value === "false"
          ? false
          : null,
    );
  }

  /** Marks a field and all in it as read; for what has a note of its own. */
  take(name: string): void {
    const field = this.field(name);
    if (field !== undefined) this.#reader.take(field.value);
  }

  /** Reports a field whose value is wrong. */
  wrong(name: string, expected: string): void {
    const field = this.field(name);
    if (field === undefined) return;
    this.#reader.wrong(field.value, join(this.path, name), expected);
  }

  #value<T>(
    name: string,
    expected: string,
    read: (value: ScalarTree["value"]) => T | null,
  ): T | null {
    const field = this.field(name);
    if (field === undefined) return null;
    const scalar = this.#reader.scalar(field.value);
    const found = scalar === null ? null : read(scalar.value);
    if (found === null) {
      this.#reader.wrong(field.value, join(this.path, name), expected);
    }
    return found;
  }
}
