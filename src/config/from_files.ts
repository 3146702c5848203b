/**
 * `FROM` with blocks that stand in files: `"FROM file:office.txt"`.
 *
 * The rule keeps its text, by which the log, metrics and other files know it; only
 * its condition has the blocks.
 *
 * @module
 */
import { parseCidr } from "../address/cidr.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import { pathIn, type ValuePlace } from "./file_values.ts";
import { type JsonNode, properties, property, spanOf } from "./json_tree.ts";

/** The blocks of a file in place of the value that names it. */
type Replace = (value: JsonNode, place: ValuePlace) => readonly JsonNode[];

/** The word with its value, which has no white space. */
const FROM = /(?:^|\s)!?FROM\s+(\S+)/g;
/** An address for documentation (RFC 5737). */
const PLACE: ValuePlace = { inList: true, standIn: "192.0.2.1" };

/** The values of a tree without short forms that name files of blocks. */
export function fromFiles(root: JsonNode): JsonNode[] {
  const found: JsonNode[] = [];
  for (const key of ruleKeys(root)) {
    for (const { node } of partsOf(key)) found.push(node);
  }
  return found;
}

/**
 * The tree with the blocks at the keys of such rules, as `expanded`.
 *
 * @param found Gets what no block is.
 */
export function expandFrom(
  root: JsonNode,
  replace: Replace,
  found: Diagnostic[],
): JsonNode {
  const keys = new Map<JsonNode, JsonNode>();
  for (const key of ruleKeys(root)) {
    const parts = partsOf(key);
    if (parts.length === 0) continue;
    let expanded = key.value as string;
    // From the last one, so that the places of others stay.
    for (const { node, at } of parts.reverse()) {
      const blocks = replace(node, PLACE).map((block) => checked(block, found));
      const end = at + (node.value as string).length;
      expanded = expanded.slice(0, at) + blocks.join(",") +
        expanded.slice(end);
    }
    keys.set(key, { ...key, expanded });
  }
  return keys.size === 0 ? root : withKeys(root, keys);
}

/** The keys of rules that may name files. */
function ruleKeys(root: JsonNode): JsonNode[] {
  return properties(property(root, "servers")?.value).flatMap((server) =>
    properties(server.value).filter(({ name }) => name !== "options")
      .flatMap((protocol) => properties(protocol.value))
      .map(({ key }) => key)
      .filter(({ value }) => (value as string).includes("file:"))
  );
}

/** A part of a rule that names a file, and where it begins in the rule. */
interface Part {
  readonly node: JsonNode;
  readonly at: number;
}

function partsOf(key: JsonNode): Part[] {
  const rule = key.value as string;
  // With escapes in it, the places in the file are others.
  const isPlain = key.length === rule.length + 2;
  return [...rule.matchAll(FROM)].flatMap((found) => {
    let at = found.index + found[0].length - found[1]!.length;
    return found[1]!.split(",").flatMap((value) => {
      const begin = at;
      at += value.length + 1;
      const place = isPlain
        ? { offset: key.offset + 1 + begin, length: value.length }
        : spanOf(key);
      const node: JsonNode = { type: "string", value, ...place };
      return pathIn(node) === null ? [] : [{ node, at: begin }];
    });
  });
}

/** The text of a block, or of one that stands for what is none. */
function checked(node: JsonNode, found: Diagnostic[]): string {
  const text = node.value as string;
  const parsed = parseCidr(text);
  if (parsed.ok) return text;
  const { problem, suggestion } = parsed;
  const meant = suggestion === undefined
    ? ""
    : ` (did you mean ${quoted(suggestion)}?)`;
  const message = `Invalid address ${
    quoted(text)
  } of "FROM": ${problem}, expected a block such as "10.0.0.0/8"${meant}`;
  found.push({ severity: "error", message, span: spanOf(node) });
  return PLACE.standIn;
}

function withKeys(
  node: JsonNode,
  keys: ReadonlyMap<JsonNode, JsonNode>,
): JsonNode {
  const other = keys.get(node);
  if (other !== undefined) return other;
  const { children } = node;
  if (children === undefined) return node;
  const changed = children.map((child) => withKeys(child, keys));
  const isSame = changed.every((child, index) => child === children[index]);
  return isSame ? node : { ...node, children: changed };
}
