/**
 * What is said of a value that has not the shape that the config's schema asks
 * for.
 *
 * @module
 */
import { ACTIONS } from "./action_schema.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import { wordMeant } from "./other_words.ts";
import { exampleOf, type ShapeIssue } from "./schema.ts";
import { type JsonNode, nodeAt, spanOf } from "./source.ts";

/** Says in a sentence what is wrong, and where. */
export function describe(root: JsonNode, issue: ShapeIssue): Diagnostic {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  // An element of a list goes by the list's name.
  const name = path.findLast((step) => typeof step === "string");
  const node = nodeAt(root, path);
  const exists = issue.received !== "undefined";
  if (!exists) {
    const parent = nodeAt(root, path.slice(0, -1));
    const expected = issue.type === "variant"
      ? `: expected ${issue.message}`
      : exampleText(issue, String(name));
    return error(
      parent,
      `Missing field ${quoted(name)}${missingIn(issue, path)}${expected}`,
    );
  }
  const what = path.length === 0
    ? "Invalid config"
    : `Invalid ${typeof path.at(-1) === "number" ? "entry" : "value"} of ${
      quoted(name)
    }`;
  return error(
    node,
    `${what}: found ${
      issue.type === "min_length" ? "an empty list" : foundText(node)
    }, expected ${issue.message}${meantBy(node, issue, name)}`,
  );
}

/** What was probably meant, for the end of a message. */
function meantBy(
  { value }: JsonNode,
  { type, message }: ShapeIssue,
  field: string | undefined,
): string {
  if (field === "to_addr" && Number.isInteger(value) && value > 0) {
    return ` (did you mean "127.0.0.1:${value}"?)`;
  }
  if (typeof value !== "string") return "";
  if (type !== "variant" && type !== "picklist") return "";
  const words = [...message.matchAll(/"([^"]+)"/g)].map(([, word]) => word!);
  return wordMeant(value, words);
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
  if (message === "target") return " of a target";
  return message === "include_within" ? ' of "within"' : ` of "${message}"`;
}

/** What to write for a field that is missing, where it says so. */
function exampleText({ message }: ShapeIssue, name: string): string {
  const example = exampleOf(message, name);
  return example === undefined
    ? ""
    : `: expected a field such as ${JSON.stringify(name)}: ${
      JSON.stringify(example)
    }`;
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
