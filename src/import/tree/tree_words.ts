/**
 * Places and values of trees in words.
 *
 * @module
 */
import { type Note, type Origin, quoted } from "../origin.ts";
import type { Tree } from "./tree.ts";

/** A note for what has not been read. */
export function leftover(path: string, origin: Origin, reason?: string): Note {
  const why = reason === undefined ? "" : `: ${reason}`;
  return { origin, text: `${quoted(path)} has no equivalent${why}` };
}

/** A path with a name behind it. */
export function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** A value in a few words. */
export function shown(tree: Tree): string {
  if (tree.kind === "list") return "a list";
  if (tree.kind === "object") return "an object";
  return typeof tree.value === "string" ? quoted(tree.value) : `${tree.value}`;
}
