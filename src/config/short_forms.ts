/**
 * Writes out the short forms of a config, so that whoever reads the tree knows
 * one form of everything: an address where an action may stand is a FORWARD to
 * it, an address where the rules of a protocol may stand is its CATCHALL.
 *
 * @module
 */
import { ACTIONS } from "./action_schema.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import { type JsonNode, plainValue, property, spanOf } from "./source.ts";

/** Longest action that a message repeats. */
const MAX_SHOWN = 100;

/**
 * The tree with its short forms written out. What stands for one has its place.
 *
 * An action in a place of rules is taken for the CATCHALL, and reported.
 */
export function writeOut(root: JsonNode, found: Diagnostic[]): JsonNode {
  return withValues(
    root,
    (name, servers) =>
      name !== "servers" ? servers : withValues(
        servers,
        (_, server) =>
          withValues(
            server,
            (protocol, rules) =>
              protocol === "options" ? rules : writtenRules(
                { protocol, rules },
                found,
              ),
          ),
      ),
  );
}

function writtenRules(
  { protocol, rules }: { protocol: string; rules: JsonNode },
  found: Diagnostic[],
): JsonNode {
  if (rules.type === "string") {
    return object(rules, { CATCHALL: writtenAction(protocol, rules, found) });
  }
  if (isAction(rules)) {
    found.push(error(rules, misplaced(protocol, rules)));
    return object(rules, { CATCHALL: rules });
  }
  return withValues(
    rules,
    (rule, action) => writtenAction(rule, action, found),
  );
}

function writtenAction(
  rule: string,
  node: JsonNode,
  found: Diagnostic[],
): JsonNode {
  if (node.type !== "string") return node;
  const word = ACTIONS.find((action) => action === node.value.toUpperCase());
  if (word !== undefined) found.push(error(node, onlyWord(rule, node, word)));
  return object(
    node,
    word === undefined
      ? { action: text(node, "FORWARD"), to_addr: node }
      : { action: text(node, "REJECT") },
  );
}

function onlyWord(
  rule: string,
  { value }: JsonNode,
  word: typeof ACTIONS[number],
): string {
  const meant = word === "REJECT"
    ? '{ "action": "REJECT" }'
    : '{ "action": "FORWARD", "to_addr": "127.0.0.1:8080" }';
  return `Invalid value of ${quoted(rule)}: found ${
    quoted(value)
  }, expected an action or an address such as "127.0.0.1:8080" (did you mean ${meant}?)`;
}

/** Whether it has fields of an action, which no rule is called like. */
function isAction(node: JsonNode): boolean {
  return ["action", "to_addr"].some((name) => property(node, name));
}

function misplaced(protocol: string, action: JsonNode): string {
  const written = JSON.stringify(plainValue(action), null, 1)
    .replace(/\s*\n\s*/g, " ");
  const shown = written.length <= MAX_SHOWN ? written : '{ "action": … }';
  return `Invalid value of ${
    quoted(protocol)
  }: found an action where rules belong (did you mean { "CATCHALL": ${shown} }?)`;
}

/** The object with other values. */
function withValues(
  node: JsonNode,
  valueOf: (name: string, value: JsonNode) => JsonNode,
): JsonNode {
  if (node.type !== "object") return node;
  return {
    ...node,
    children: (node.children ?? []).map((entry) => {
      const [key, value] = entry.children ?? [];
      return key === undefined || value === undefined
        ? entry
        : { ...entry, children: [key, valueOf(key.value, value)] };
    }),
  };
}

/** An object in the place of a short form. */
function object(
  { offset, length }: JsonNode,
  entries: Readonly<Record<string, JsonNode>>,
): JsonNode {
  return {
    type: "object",
    offset,
    length,
    children: Object.entries(entries).map(([name, value]) => ({
      type: "property",
      offset,
      length,
      children: [{ type: "string", offset, length, value: name }, value],
    })),
  };
}

function text({ offset, length }: JsonNode, value: string): JsonNode {
  return { type: "string", offset, length, value };
}

function error(node: JsonNode, message: string): Diagnostic {
  return { severity: "error", message, span: spanOf(node) };
}
