/**
 * Values that stand in files of their own: `"to_addr": "file:db.addr"`.
 *
 * A value is a text and nothing else: it is never read as JSON, and takes no part
 * in keys. A list may have a file with an entry on each line.
 *
 * @module
 */
import type { Diagnostic } from "./diagnostics.ts";
import type { JsonNode } from "./json_tree.ts";
import type { SourceText } from "./source_text.ts";

/** What such a value begins with. */
const PREFIX = "file:";
/** A host that is called `file`, with its port. */
const HOST_AND_PORT = /^file:\d+$/;

/** Where values may stand: `*` is any name, `[]` each entry of a list. */
const PLACES: readonly (readonly string[])[] = [
  ...[["defaults"], ["servers", "*", "options"]].flatMap((options) => [
    [...options, "allow", "[]"],
    [...options, "deny", "[]"],
    [...options, "accept_proxy", "from", "[]"],
  ]),
  ["servers", "*", "options", "listen"],
  ["resolver"],
  ["resolver", "[]"],
  ["servers", "*", "*", "*", "to_addr"],
  ["servers", "*", "*", "*", "to_addr", "[]"],
  ["servers", "*", "*", "*", "to_addr", "[]", "addr"],
];

/** What takes the place of a value. */
type Replace = (value: JsonNode, place: ValuePlace) => readonly JsonNode[];

/** Where a value is. */
export interface ValuePlace {
  /** Whether there may be several. */
  readonly inList: boolean;
  /** What may stand there when the value cannot be used. */
  readonly standIn: string;
}

/** The path in a value; `null`: it is no such value. */
export function pathIn({ type, value }: JsonNode): string | null {
  return type === "string" && value.startsWith(PREFIX) &&
      !HOST_AND_PORT.test(value)
    ? value.slice(PREFIX.length)
    : null;
}

/** All such values of a tree without short forms. */
export function fileValues(root: JsonNode): JsonNode[] {
  const found: JsonNode[] = [];
  replaceValues(root, (value) => {
    found.push(value);
    return [value];
  });
  return found;
}

/** The tree with others in the place of such values. */
export function replaceValues(root: JsonNode, replace: Replace): JsonNode {
  return PLACES.reduce((tree, place) => {
    const isBlock = ["allow", "deny", "from"].some((name) =>
      place.includes(name)
    );
    // An address for documentation (RFC 5737).
    const standIn = isBlock ? "192.0.2.1" : "192.0.2.1:1";
    return replaceAt(
      tree,
      place,
      (value, inList) => replace(value, { inList, standIn }),
    );
  }, root);
}

function replaceAt(
  node: JsonNode,
  [step, ...rest]: readonly string[],
  replace: (value: JsonNode, inList: boolean) => readonly JsonNode[],
): JsonNode {
  if (step === undefined) {
    return pathIn(node) === null ? node : replace(node, false)[0] ?? node;
  }
  const { children = [] } = node;
  if (step === "[]") {
    if (node.type !== "array") return node;
    return withChildren(
      node,
      children.flatMap((child) =>
        rest.length === 0 && pathIn(child) !== null
          ? replace(child, true)
          : rest.length === 0
          ? [child]
          : [replaceAt(child, rest, replace)]
      ),
    );
  }
  if (node.type !== "object") return node;
  return withChildren(
    node,
    children.map((entry) => {
      const [key, value] = entry.children ?? [];
      if (key === undefined || value === undefined) return entry;
      if (step !== "*" && key.value !== step) return entry;
      return withChildren(entry, [key, replaceAt(value, rest, replace)]);
    }),
  );
}

/** The node itself where nothing has changed. */
function withChildren(node: JsonNode, children: readonly JsonNode[]): JsonNode {
  const before = node.children ?? [];
  const isSame = before.length === children.length &&
    children.every((child, index) => child === before[index]);
  return isSame ? node : { ...node, children };
}

/** A line of a file. */
interface Line {
  readonly text: string;
  /** Where it begins in the file. */
  readonly at: number;
}

/**
 * The values in a file.
 *
 * @param value What stands in the config.
 * @param inList Whether there may be several, each on a line. Empty lines, and
 * those that begin with `#`, are none.
 */
export function valuesIn(
  source: SourceText,
  { value, inList, found }: {
    readonly value: JsonNode;
    readonly inList: boolean;
    readonly found: Diagnostic[];
  },
): JsonNode[] {
  const lines = linesOf(source.text)
    .filter(({ text }) => text !== "" && !(inList && text.startsWith("#")));
  const problem = lines.length === 0
    ? "has no value"
    : !inList && lines.length > 1
    ? `has ${lines.length} lines, and here is place for one value`
    : null;
  if (problem !== null) {
    const { offset, length } = value;
    const message = `File ${JSON.stringify(source.file)} ${problem}: expected ${
      inList ? "a value on each line" : "one line with the value"
    }`;
    found.push({ severity: "error", message, span: { offset, length } });
    return [];
  }
  return lines.map(({ text, at }) => ({
    type: "string",
    value: text,
    offset: source.base + at,
    length: text.length,
  }));
}

/** The lines of a text without the white space around them. */
function linesOf(text: string): Line[] {
  let at = 0;
  return text.split("\n").map((line) => {
    const begin = at + line.length - line.trimStart().length;
    at += line.length + 1;
    return { text: line.trim(), at: begin };
  });
}
