/**
 * The detectors that a config declares.
 *
 * What does not have the right shape is passed over here: `shape.ts` has
 * reported it.
 *
 * @module
 */
import {
  addDeclared,
  DECLARED_KINDS,
  type DeclaredDetector,
} from "../detect/declared.ts";
import type { Detector } from "../detect/detector.ts";
import { RegexSyntaxError } from "../detect/linear_regex_parser.ts";
import { Registry } from "../detect/registry.ts";
import { type Diagnostic, orList, quoted } from "./diagnostics.ts";
import type { ModulePlan } from "./plan.ts";
import {
  type JsonNode,
  plainValue,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";

/** The fields that say what a detector looks for. */
const KINDS = [...DECLARED_KINDS, "module"] as const;

/** A detector module that a config names. */
export interface ModuleReference {
  /** The detector's name in the config. */
  readonly name: string;
  /** The path as the config spells it. */
  readonly path: string;
}

/** A detector module that was opened, or why it could not be. */
export type OpenedModule =
  | { readonly plan: ModulePlan; readonly detector: Detector }
  | { readonly problem: string };

/** What building the detectors needs to know. */
interface Context {
  readonly registry: Registry;
  readonly modules: ReadonlyMap<string, OpenedModule>;
  readonly found: Diagnostic[];
}

/** The detectors of a config, and all detectors that it may name. */
export interface BuiltDetectors {
  readonly declared: readonly DeclaredDetector[];
  readonly modules: readonly ModulePlan[];
  readonly registry: Registry;
  /** Names of those that are wrong and were reported: in no registry. */
  readonly broken: ReadonlySet<string>;
}

/** Reads `detectors`. */
export function buildDetectors(
  node: JsonNode | undefined,
  context: Context,
): BuiltDetectors {
  const declared: DeclaredDetector[] = [];
  const modules: ModulePlan[] = [];
  const registry = new Registry(context.registry.all);
  const broken = new Set(properties(node).map(({ name }) => name));
  for (const entry of properties(node)) {
    if (!isWellTyped(entry.value)) continue;
    const problem = kindProblem(entry) ?? fieldProblem(entry);
    if (problem !== null) {
      context.found.push(problem);
      continue;
    }
    try {
      if (property(entry.value, "module") !== undefined) {
        const opened = openedModule(entry, context.modules);
        registry.add(opened.detector);
        modules.push(opened.plan);
      } else {
        const detector = declaredOf(entry);
        addDeclared(registry, detector);
        declared.push(detector);
      }
      broken.delete(entry.name);
    } catch (error) {
      context.found.push(buildProblem(entry, error));
    }
  }
  return { declared, modules, registry, broken };
}

/** The modules in `detectors`, whatever else is wrong there. */
export function referencesIn(node: JsonNode | undefined): ModuleReference[] {
  return properties(node).flatMap(({ name, value }) => {
    const path = property(value, "module")?.value;
    return path?.type === "string"
      ? [{ name, path: path.value as string }]
      : [];
  });
}

function openedModule(
  { name, value }: Property,
  modules: ReadonlyMap<string, OpenedModule>,
): Exclude<OpenedModule, { problem: string }> {
  const opened = modules.get(name);
  if (opened !== undefined && !("problem" in opened)) return opened;
  const path = JSON.stringify(property(value, "module")?.value.value);
  throw new ModuleProblem(
    `Cannot use detector module ${path}: ${
      opened?.problem ?? "modules are not loaded here"
    }`,
  );
}

/** A module that cannot be used; the message goes to its path. */
class ModuleProblem extends Error {}

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
  const kinds = KINDS.filter((kind) => property(value, kind));
  if (kinds.length === 1) return null;
  const what = kinds.length === 0 ? "none" : kinds.join(" and ");
  return {
    severity: "error",
    message: `Invalid detector ${
      quoted(name)
    }: found ${what}, expected one of ${orList(KINDS)}`,
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
      quoted(name)
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
  if (error instanceof ModuleProblem) {
    const span = spanOf(property(value, "module")!.value);
    return { severity: "error", message, span };
  }
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
      : `Invalid detector ${quoted(name)}: ${message}`,
    span: spanOf(key),
  };
}
