/**
 * Checks a config's fields and their types, and says what is wrong in words.
 *
 * @module
 */
import { ACTIONS } from "./action_schema.ts";
import { type Diagnostic, didYouMean, orList } from "./diagnostics.ts";
import { EXPECT_KINDS } from "./expect_schema.ts";
import { FIELDS, type ShapeIssue, shapeIssues } from "./schema.ts";
import {
  type JsonNode,
  nodeAt,
  plainValue,
  properties,
  property,
  spanOf,
} from "./source.ts";

/** All ways in which a config does not have the shape of one. */
export function checkShape(root: JsonNode): Diagnostic[] {
  return [
    ...shapeIssues(plainValue(root))
      // The library names only the first unknown field of an object.
      .filter((issue) => issue.expected !== "never")
      .map((issue) => describe(root, issue)),
    ...closedObjects(root).flatMap(([node, kind]) => unknownFields(node, kind)),
  ];
}

/** The objects whose fields are all known, with the kind of each. */
function closedObjects(root: JsonNode): [JsonNode | undefined, string][] {
  const servers = properties(property(root, "servers")?.value);
  return [
    [root, "config"],
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
    [action, String(property(action, "action")?.value.value)],
    [property(action, "health")?.value, "health"],
    ...targets.map((target): [JsonNode, string] => [target, "target"]),
  ];
}

function unknownFields(node: JsonNode | undefined, kind: string): Diagnostic[] {
  const known = Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
  if (known === undefined) return [];
  return properties(node)
    .filter(({ name }) => !known.includes(name))
    .map(({ name, key }) => error(key, unknownField(name, kind, known)));
}

function unknownField(
  name: string,
  kind: string,
  known: readonly string[],
): string {
  const isAction = (ACTIONS as readonly string[]).includes(kind);
  if (isAction && ACTIONS.some((other) => FIELDS[other]!.includes(name))) {
    return `Field ${JSON.stringify(name)} does not go with action "${kind}"`;
  }
  return `Unknown field ${JSON.stringify(name)}: expected ${orList(known)}${
    didYouMean(name, known)
  }`;
}

function describe(root: JsonNode, issue: ShapeIssue): Diagnostic {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  // An element of a list goes by the list's name.
  const name = path.findLast((step) => typeof step === "string");
  const node = nodeAt(root, path);
  const exists = issue.received !== "undefined";
  if (!exists) {
    const parent = nodeAt(root, path.slice(0, -1));
    const expected = issue.type === "variant"
      ? `: expected ${issue.message}`
      : "";
    return error(
      parent,
      `Missing field ${JSON.stringify(name)}${
        missingIn(issue, path)
      }${expected}`,
    );
  }
  const found = issue.type === "variant" ? String(node.value) : null;
  const guess = found === null ? "" : didYouMean(found, ACTIONS);
  const what = path.length === 0
    ? "Invalid config"
    : `Invalid ${typeof path.at(-1) === "number" ? "entry" : "value"} of ${
      JSON.stringify(name)
    }`;
  return error(
    node,
    `${what}: found ${
      issue.type === "min_length" ? "an empty list" : foundText(node)
    }, expected ${issue.message}${guess}`,
  );
}

function missingIn(
  issue: ShapeIssue,
  path: readonly (string | number)[],
): string {
  if (issue.type !== "strict_object" || path.length < 2) return "";
  const { message } = issue;
  if ((ACTIONS as readonly string[]).includes(message)) {
    return ` of action "${message}"`;
  }
  // A target is an entry of a list and has no field's name.
  return message === "target" ? " of a target" : ` of "${message}"`;
}

/** What was found, short enough for a message. */
function foundText(node: JsonNode): string {
  if (node.type === "object") return "an object";
  if (node.type === "array") return "an array";
  const text = JSON.stringify(node.value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

function error(node: JsonNode, message: string): Diagnostic {
  return { severity: "error", message, span: spanOf(node) };
}
