/**
 * Checks a config's fields and their types, and says what is wrong in words.
 *
 * @module
 */
import { addAll } from "./add_all.ts";
import { ACTIONS } from "./action_schema.ts";
import {
  type Diagnostic,
  didYouMean,
  MAX_ERRORS,
  orList,
  quoted,
} from "./diagnostics.ts";
import { EXPECT_KINDS } from "./expect_schema.ts";
import { FIELDS, type FileKind, shapeIssues } from "./schema.ts";
import { describe } from "./shape_message.ts";
import {
  type JsonNode,
  plainValue,
  properties,
  property,
  spanOf,
} from "./source.ts";

/** With more values, only the first that has another shape is looked for. */
const MANY_VALUES = 100_000;

/** The kind of an action that is missing or misspelt. */
const ANY_ACTION = "action";

/**
 * All ways in which a config does not have the shape of one.
 *
 * @param kind What the file is. Default: the config itself.
 */
export function checkShape(
  root: JsonNode,
  kind: FileKind = "config",
): Diagnostic[] {
  // One is enough to refuse it, and each takes a lot of memory.
  const first = kind === "included" && hasMore(root, MANY_VALUES);
  return [
    ...shapeIssues(plainValue(root), { kind, first })
      // The library names only the first unknown field of an object.
      .filter((issue) => issue.expected !== "never")
      .map((issue) => describe(root, issue)),
    ...closedObjects(root, kind)
      .flatMap(([node, kind]) => unknownFields(node, kind)),
  ];
}

/** Whether a tree has more values than these. */
function hasMore(root: JsonNode, most: number): boolean {
  const queue = [root];
  let count = 0;
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (++count > most) return true;
    addAll(queue, node.children ?? []);
  }
  return false;
}

/** The objects whose fields are all known, with the kind of each. */
function closedObjects(
  root: JsonNode,
  kind: FileKind,
): [JsonNode | undefined, string][] {
  const servers = properties(property(root, "servers")?.value);
  return [
    [root, kind],
    ...includeObjects(property(root, "include")?.value),
    [property(root, "admin")?.value, "admin"],
    [property(root, "log")?.value, "log"],
    ...optionObjects(property(root, "defaults")?.value),
    ...properties(property(root, "detectors")?.value).map((
      { value },
    ): [JsonNode, string] => [value, "detector"]),
    ...servers.flatMap((server) => serverObjects(server.value)),
    ...expectObjects(property(root, "expect")?.value),
  ];
}

function includeObjects(
  list: JsonNode | undefined,
): [JsonNode | undefined, string][] {
  const entries = list?.type === "array" ? list.children ?? [] : [];
  return entries.flatMap((entry): [JsonNode | undefined, string][] => [
    [entry, "include"],
    [property(entry, "within")?.value, "include_within"],
  ]);
}

function expectObjects(list: JsonNode | undefined): [JsonNode, string][] {
  const entries = list?.type === "array" ? list.children ?? [] : [];
  return entries.flatMap((entry) => [
    [entry, "expect"] as [JsonNode, string],
    ...properties(entry)
      .filter(({ name }) => Object.hasOwn(EXPECT_KINDS, name))
      .map(({ name, value }): [JsonNode, string] => [value, name]),
  ]);
}

function serverObjects(server: JsonNode): [JsonNode | undefined, string][] {
  return properties(server).flatMap(({ name, value }) =>
    name === "options"
      ? optionObjects(value)
      : properties(value).flatMap((rule) => actionObjects(rule.value))
  );
}

function optionObjects(
  node: JsonNode | undefined,
): [JsonNode | undefined, string][] {
  const acceptProxy = property(node, "accept_proxy")?.value;
  return [[node, "options"], [acceptProxy, "accept_proxy"]];
}

function actionObjects(action: JsonNode): [JsonNode | undefined, string][] {
  const to = property(action, "to_addr")?.value;
  const targets = to?.type === "array" ? to.children ?? [] : [];
  return [
    [action, actionKind(property(action, "action")?.value.value)],
    [property(action, "health")?.value, "health"],
    ...targets.map((target): [JsonNode, string] => [target, "target"]),
  ];
}

/** The action; without one that is known, it may have the fields of all. */
function actionKind(action: unknown): string {
  return ACTIONS.find((known) => known === action) ?? ANY_ACTION;
}

function unknownFields(node: JsonNode | undefined, kind: string): Diagnostic[] {
  const known = fieldsOf(kind);
  if (known === undefined) return [];
  return properties(node)
    .filter(({ name }) => !known.includes(name))
    .slice(0, MAX_ERRORS)
    .map(({ name, key }) => error(key, unknownField(name, kind, known)));
}

function fieldsOf(kind: string): readonly string[] | undefined {
  if (kind === ANY_ACTION) {
    return [...new Set(ACTIONS.flatMap((action) => FIELDS[action]!))];
  }
  return Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
}

function unknownField(
  name: string,
  kind: string,
  known: readonly string[],
): string {
  const isAction = (ACTIONS as readonly string[]).includes(kind);
  if (isAction && ACTIONS.some((other) => FIELDS[other]!.includes(name))) {
    return `Field ${quoted(name)} does not go with action "${kind}"`;
  }
  if (kind === "included" && FIELDS["config"]!.includes(name)) {
    return `Field ${
      quoted(name)
    } belongs in the config that includes this file: expected ${orList(known)}`;
  }
  return `Unknown field ${quoted(name)}: expected ${orList(known)}${
    didYouMean(name, known)
  }`;
}

function error(node: JsonNode, message: string): Diagnostic {
  return { severity: "error", message, span: spanOf(node) };
}
