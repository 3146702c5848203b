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
  /** Whether a file of it that has errors is refused alone, not the config. */
  readonly skips: boolean;
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
    | {
      /** A reason without a subject: `it is a directory`. */
      readonly problem: string;
      /** Whether there is no such file. Default: `false`. */
      readonly isAbsent?: boolean;
      /** Whether it is a folder whose files are given as they are served. */
      readonly isKept?: boolean;
    }
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
    const skips = skipsIn(node, found);
    return [{ files, isPattern, within, skips, span }];
  });
}

/** What `on_error` says, or is by default. */
function skipsIn(node: JsonNode, found: Diagnostic[]): boolean {
  if (node.type !== "object") return false;
  const isBounded = property(node, "within") !== undefined;
  const said = property(node, "on_error");
  if (said === undefined || isBounded) {
    return said?.value.value !== "fail" && isBounded;
  }
  if (said.value.value === "skip") {
    const message =
      'Field "on_error" is "skip" without "within": expected "within", because only a file with bounds can be left out';
    found.push({ severity: "error", message, span: spanOf(said.value) });
  }
  return false;
}

/**
 * Why there is no room for another file; `null`: there is.
 *
 * @param files How many there are, without the config.
 * @param bytes Of all with the other one.
 */
export function roomProblem(files: number, bytes: number): string | null {
  if (files >= MAX_INCLUDED_FILES) {
    return `the config has more than ${MAX_INCLUDED_FILES} of them`;
  }
  return bytes > MAX_BYTES_IN_ALL
    ? `all files together have more than ${MAX_BYTES_IN_ALL} bytes`
    : null;
}

function pathProblem(path: string): string | null {
  if (path === "") return "it is empty";
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(path)) return "it contains control characters";
  const { folder, name } = splitPath(path);
  if (name === "" || name === "." || name === "..") return "it is a directory";
  return hasWildcard(folder) ? "a wildcard can only be in the last part" : null;
}
