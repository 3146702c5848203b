/**
 * One tree from the trees of several files.
 *
 * @module
 */
import { type Diagnostic, quoted } from "../diagnostics.ts";
import {
  type JsonNode,
  objectOf,
  properties,
  type Property,
  spanOf,
} from "../json_tree.ts";

/** What stands twice, by the path to it. */
type Describe = (path: readonly string[]) => string;

/**
 * The tree of the config with what included files add to `servers`, `detectors`
 * and `expect`. What two files say, of a rule, a setting or a detector, is
 * reported.
 *
 * @param main The tree of the config.
 * @param others Those of included files, in their order.
 */
export function mergeTrees(
  main: JsonNode,
  others: readonly JsonNode[],
  found: Diagnostic[],
): JsonNode {
  if (others.length === 0 || main.type !== "object") return main;
  const trees = [main, ...others].map((tree) =>
    new Map(properties(tree).map((field) => [field.name, field]))
  );
  const merged = (name: string, merge: (fields: Property[]) => JsonNode) => {
    const fields = trees.flatMap((tree) => tree.get(name) ?? []);
    const key = fields[0]?.key;
    return key === undefined ? [] : [{ name, key, value: merge(fields) }];
  };
  const shared = [
    ...merged(
      "servers",
      (fields) =>
        mergeObjects(fields, { depth: 2, path: [], describe: server, found }),
    ),
    ...merged(
      "detectors",
      (fields) =>
        mergeObjects(fields, { depth: 0, path: [], describe: detector, found }),
    ),
    ...merged("expect", mergeLists),
  ];
  const names = new Set(shared.map(({ name }) => name));
  const own = properties(main).filter(({ name }) => !names.has(name));
  return objectOf(main, [...own, ...shared]);
}

interface Merging {
  /** How many levels below may be in several files. */
  readonly depth: number;
  readonly path: readonly string[];
  readonly describe: Describe;
  readonly found: Diagnostic[];
}

/** What is no object was reported already, and is passed over. */
function mergeObjects(
  fields: readonly Property[],
  { depth, path, describe, found }: Merging,
): JsonNode {
  const objects = fields.map(({ value }) => value)
    .filter(({ type }) => type === "object");
  if (objects.length < 2) return objects[0] ?? fields[0]!.value;
  const byName = new Map<string, Property[]>();
  for (const entry of objects.flatMap(properties)) {
    const entries = byName.get(entry.name);
    if (entries === undefined) byName.set(entry.name, [entry]);
    else entries.push(entry);
  }
  const merged = [...byName.values()].map((entries) => {
    const [first, ...more] = entries as [Property, ...Property[]];
    if (more.length === 0) return first;
    const below = [...path, first.name];
    if (depth > 0) {
      const merging = { depth: depth - 1, path: below, describe, found };
      return { ...first, value: mergeObjects(entries, merging) };
    }
    for (const { key } of more) {
      found.push({
        severity: "error",
        message: `${describe(below)} is in two files: expected it in one`,
        span: spanOf(key),
        related: { message: "the other one is here", span: spanOf(first.key) },
      });
    }
    return first;
  });
  return objectOf(objects[0]!, merged);
}

function mergeLists(fields: readonly Property[]): JsonNode {
  const lists = fields.map(({ value }) => value)
    .filter(({ type }) => type === "array");
  const [first] = lists;
  if (first === undefined) return fields[0]!.value;
  return { ...first, children: lists.flatMap(({ children = [] }) => children) };
}

function server([address, protocol, rule]: readonly string[]): string {
  return protocol === "options"
    ? `Option "${rule}" of server ${quoted(address)}`
    : `Rule ${quoted(rule)} of ${protocol}`;
}

function detector([name]: readonly string[]): string {
  return `Detector ${quoted(name)}`;
}
