/**
 * Connections as lines of JSON: `{"id", "transport", "segments": ["base64"]}`.
 *
 * @module
 */
import type { Input } from "./capture_flows.ts";
import { type Flow, inputError } from "./flow.ts";
import { jsonPlace, jsonProblem } from "./json_place.ts";
import { readLines } from "./lines.ts";

/** A field of a line that is not what it should be. */
interface FieldProblem {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/**
 * Reads connections, one a line; empty lines and other fields count for nothing.
 *
 * @throws {PassthruError} `bad_input`, with line and column; the lines before
 * have been given then.
 */
export async function* jsonlFlows(
  { file, chunks }: Pick<Input, "file" | "chunks">,
): AsyncGenerator<Flow> {
  let number = 0;
  for await (const line of readLines(chunks, file)) {
    number++;
    const text = new TextDecoder().decode(line);
    if (text.trim() !== "") yield readLine(text, `${file}:${number}`);
  }
}

function readLine(text: string, place: string): Flow {
  const fail = (offset: number, problem: string) =>
    inputError(`${place}:${[...text.slice(0, offset)].length + 1}`, problem);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const broken = jsonProblem(text) ?? { offset: 0, expected: "JSON" };
    throw fail(
      broken.offset,
      `found ${foundText(text, broken.offset)}, expected ${broken.expected}`,
    );
  }
  const flow = toFlow(value);
  if ("problem" in flow) throw fail(placeOf(text, flow.path), flow.problem);
  return flow;
}

/** The place of a value; the line's start where it is nested too deep for it. */
function placeOf(text: string, path: FieldProblem["path"]): number {
  return jsonProblem(text) === null ? jsonPlace(text, path) : 0;
}

function foundText(text: string, offset: number): string {
  const code = text.codePointAt(offset);
  return code === undefined
    ? "the end of the line"
    : JSON.stringify(String.fromCodePoint(code));
}

function toFlow(value: unknown): Flow | FieldProblem {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong([], "expected an object");
  }
  const { id, transport = "tcp", segments } = value as Record<string, unknown>;
  if (typeof id !== "string" && typeof id !== "number") {
    return wrong(["id"], '"id" is missing or no string');
  }
  if (typeof transport !== "string") {
    return wrong(
      ["transport"],
      '"transport" is no string: expected "tcp" or "udp"',
    );
  }
  if (!Array.isArray(segments)) {
    return wrong(["segments"], '"segments" is missing or no array of base64');
  }
  const bytes: Uint8Array[] = [];
  for (const [index, segment] of segments.entries()) {
    const decoded = decodeBase64(segment);
    if (decoded === null) {
      return wrong(["segments", index], `segment ${index} is not base64`);
    }
    bytes.push(decoded);
  }
  return {
    id: String(id),
    transport,
    segments: bytes,
    end: "open",
    notes: [],
  };
}

function wrong(path: FieldProblem["path"], problem: string): FieldProblem {
  return { path, problem };
}

function decodeBase64(value: unknown): Uint8Array | null {
  if (typeof value !== "string") return null;
  try {
    return Uint8Array.fromBase64(value);
  } catch {
    return null;
  }
}
