/**
 * The detectors that a config declares.
 *
 * What does not have the right shape is passed over here: `shape.ts` has
 * reported it.
 *
 * @module
 */
import {
  DECLARED_KINDS,
  type DeclaredDetector,
  withDeclared,
} from "../detect/declared.ts";
import { RegexSyntaxError } from "../detect/linear_regex_parser.ts";
import type { Registry } from "../detect/registry.ts";
import { type Diagnostic, orList } from "./diagnostics.ts";
import {
  type JsonNode,
  plainValue,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";

/** The detectors of a config, and all detectors that it may name. */
export interface BuiltDetectors {
  readonly declared: readonly DeclaredDetector[];
  readonly registry: Registry;
}

/** Reads `detectors`. */
export function buildDetectors(
  node: JsonNode | undefined,
  registry: Registry,
  found: Diagnostic[],
): BuiltDetectors {
  const declared: DeclaredDetector[] = [];
  let all = registry;
  for (const entry of properties(node)) {
    if (!isWellTyped(entry.value)) continue;
    const problem = kindProblem(entry) ?? fieldProblem(entry);
    if (problem !== null) {
      found.push(problem);
      continue;
    }
    const detector = declaredOf(entry);
    try {
      all = withDeclared(all, [detector]);
      declared.push(detector);
    } catch (error) {
      found.push(buildProblem(entry, error));
    }
  }
  return { declared, registry: all };
}

function isWellTyped(node: JsonNode): boolean {
  const types = { offset: "number", max_bytes: "number" } as Record<
    string,
    string
  >;
  return node.type === "object" &&
    properties(node).every(({ name, value }) =>
      value.type === (types[name] ?? "string")
    );
}

function declaredOf({ name, value }: Property): DeclaredDetector {
  const fields = plainValue(value) as Omit<DeclaredDetector, "name">;
  return { ...fields, name };
}

/** Says when there is not exactly one thing to look for. */
function kindProblem({ key, value, name }: Property): Diagnostic | null {
  const kinds = DECLARED_KINDS.filter((kind) => property(value, kind));
  if (kinds.length === 1) return null;
  const what = kinds.length === 0 ? "none" : kinds.join(" and ");
  return {
    severity: "error",
    message: `Invalid detector ${
      JSON.stringify(name)
    }: found ${what}, expected one of ${orList(DECLARED_KINDS)}`,
    span: spanOf(key),
  };
}

/** Says when a field is there that what is looked for has no use for. */
function fieldProblem({ value, name }: Property): Diagnostic | null {
  const misplaced = ([["offset", "bytes"], ["max_bytes", "regex"]] as const)
    .find(([field, kind]) => property(value, field) && !property(value, kind));
  if (misplaced === undefined) return null;
  const [field, kind] = misplaced;
  return {
    severity: "error",
    message: `Invalid detector ${
      JSON.stringify(name)
    }: "${field}" goes only with "${kind}"`,
    span: spanOf(property(value, field)!.key),
  };
}

/** What kept a detector from being made: its name, or its expression. */
function buildProblem(
  { key, value, name }: Property,
  error: unknown,
): Diagnostic {
  const message = error instanceof Error ? error.message : String(error);
  const regex = property(value, "regex")?.value;
  if (error instanceof RegexSyntaxError && regex !== undefined) {
    const plain = regex.length === (regex.value as string).length + 2;
    return {
      severity: "error",
      message: `Invalid regular expression: ${message}`,
      span: plain
        ? { offset: regex.offset + 1 + error.offset, length: 1 }
        : spanOf(regex),
    };
  }
  return {
    severity: "error",
    message: message.startsWith("Cannot")
      ? message
      : `Invalid detector ${JSON.stringify(name)}: ${message}`,
    span: spanOf(key),
  };
}
