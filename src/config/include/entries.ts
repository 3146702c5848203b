/**
 * The field `include`: which files are a part of the config.
 *
 * @module
 */
import type { Diagnostic, Span } from "../diagnostics.ts";
import { type JsonNode, property, spanOf } from "../json_tree.ts";
import { hasWildcard, splitPath } from "./file_pattern.ts";

/** Most files that a config may include. */
export const MAX_INCLUDED_FILES = 1_000;
/** Most bytes of the config and all files that it includes. */
export const MAX_BYTES_IN_ALL = 16 * 1024 * 1024;

/** An entry of `include`. */
export interface IncludeEntry {
  /** The path or the pattern as written. */
  readonly files: string;
  /** Whether it is a pattern, with a wildcard in its last part. */
  readonly isPattern: boolean;
  /** What bounds its files; `null`: nothing. */
  readonly within: JsonNode | null;
  /** Where it is. */
  readonly span: Span;
}

/** A file of an entry, or why it cannot be read. */
export type IncludedFile =
  & {
    /** The file, as messages show it. */
    readonly file: string;
  }
  & (
    | { readonly bytes: Uint8Array }
    /** A reason without a subject: `it is a directory`. */
    | { readonly problem: string }
  );

/** Reads `include`; what has not the right shape is reported elsewhere. */
export function includeEntries(
  root: JsonNode,
  found: Diagnostic[],
): IncludeEntry[] {
  const list = property(root, "include")?.value;
  const nodes = list?.type === "array"
    ? list.children ?? []
    : list
    ? [list]
    : [];
  return nodes.flatMap((node) => {
    const path = node.type === "object" ? property(node, "files")?.value : node;
    if (path?.type !== "string") return [];
    const files = path.value as string;
    const span = spanOf(path);
    const problem = pathProblem(files);
    if (problem !== null) {
      const message = `Invalid path ${
        JSON.stringify(files)
      } in "include": ${problem}, expected a path such as "routes.d/*.jsonc"`;
      found.push({ severity: "error", message, span });
      return [];
    }
    const within = property(node, "within")?.value ?? null;
    const isPattern = hasWildcard(splitPath(files).name);
    return [{ files, isPattern, within, span }];
  });
}

function pathProblem(path: string): string | null {
  if (path === "") return "it is empty";
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(path)) return "it contains control characters";
  const { folder, name } = splitPath(path);
  if (name === "" || name === "." || name === "..") return "it is a directory";
  return hasWildcard(folder) ? "a wildcard can only be in the last part" : null;
}
