/**
 * Files of JSON, YAML and TOML as one kind of tree, with the place of each value.
 *
 * @module
 */
import type { Origin } from "../origin.ts";

/** A value with its place. */
export type Tree = ObjectTree | ListTree | ScalarTree;

interface TreeBase {
  readonly origin: Origin;
}

/** Names with values; each name once. */
export interface ObjectTree extends TreeBase {
  readonly kind: "object";
  readonly fields: readonly Field[];
}

/** Values in an order. */
export interface ListTree extends TreeBase {
  readonly kind: "list";
  readonly items: readonly Tree[];
}

/** A value without parts. */
export interface ScalarTree extends TreeBase {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
}

/** A name with its value. */
export interface Field {
  readonly name: string;
  /** Place of the name. */
  readonly origin: Origin;
  readonly value: Tree;
}

/** Most values in a file, those that are there by reference counted again. */
const MAX_VALUES = 500_000;
/** Deepest nesting. */
export const MAX_DEPTH = 100;

/** A file that is no tree, or has too much of it. */
export class TreeError extends Error {
  /** Name of the class. */
  override readonly name = "TreeError";
  readonly origin: Origin;

  /** Makes an error. */
  constructor(origin: Origin, message: string) {
    super(message);
    this.origin = origin;
  }
}

/** Bounds what is read. */
export class TreeBudget {
  #left = MAX_VALUES;

  /**
   * Counts a value.
   *
   * @throws {TreeError} There are too many, or they are nested too deep.
   */
  count(origin: Origin, depth: number): void {
    if (--this.#left < 0) {
      throw new TreeError(
        origin,
        `The file has too many values: expected at most ${MAX_VALUES}, each reference counted again`,
      );
    }
    if (depth > MAX_DEPTH) {
      throw new TreeError(
        origin,
        `Nested too deep: expected at most ${MAX_DEPTH} levels`,
      );
    }
  }
}
