/**
 * What `passthru explain` is given to explain.
 *
 * @module
 */
import type { Sample } from "../../config/expectation.ts";
import { MAX_PEEK_BYTES } from "../../config/plan.ts";
import { errorCode, errorText, PassthruError } from "../../errors.ts";
import { captureFlows } from "../../explain/capture_flows.ts";
import type { Transport } from "../../detect/detector.ts";
import type { Flow } from "../../explain/flow.ts";
import { parseHex } from "../../explain/hex.ts";
import { jsonlFlows } from "../../explain/jsonl.ts";
import { sampleFlow } from "../../explain/sample.ts";
import { UsageError } from "../command.ts";
import { scopeFlags } from "../permissions.ts";
import { sampleOf } from "./sample.ts";

/** Options that name an input, as the command line spells them. */
const INPUTS = ["hex", "file", "pcap", "jsonl", "listen"] as const;

/** The input that a command line names. */
export type NamedInput =
  | {
    readonly kind: typeof INPUTS[number];
    /** The option's value. */
    readonly value: string;
  }
  | { readonly kind: "sample"; readonly sample: Sample };

/**
 * Finds the one input that the options name.
 *
 * @throws {UsageError} When there is none or more than one, when a sample makes
 * no sense, or when standard input is to be two things.
 */
export function inputOf(values: ReadonlyMap<string, string>): NamedInput {
  const sampled = sampleOf(values);
  const given = INPUTS.filter((name) => values.has(name));
  const [kind] = given;
  const [one, other] = [
    ...given,
    ...(sampled === null ? [] : [sampled.option]),
  ];
  if (other !== undefined) {
    throw new UsageError([
      `Options "--${one}" and "--${other}" exclude each other`,
    ]);
  }
  if (sampled !== null) return { kind: "sample", sample: sampled.sample };
  if (kind === undefined) {
    throw new UsageError([
      "Nothing to explain: expected a sample such as --sni NAME, --host NAME or --protocol SSH, or --hex TEXT, --file FILE, --pcap FILE, --jsonl FILE or --listen ADDR",
    ]);
  }
  const value = values.get(kind)!;
  if (value === "-" && values.get("config") === "-") {
    throw new UsageError([
      `Options "--config" and "--${kind}" cannot both read standard input`,
    ]);
  }
  return { kind, value };
}

/**
 * Reads the connections of an input that is not `--listen`.
 *
 * @param onNote Hears what people should know about the input as a whole.
 * @param transport What a sample is for.
 * @throws {PassthruError} `bad_input`, `bad_file`; what could be read before has
 * been given then.
 */
export async function* flowsOf(
  input: NamedInput,
  onNote: (text: string) => void,
  transport: Transport = "tcp",
): AsyncGenerator<Flow> {
  if (input.kind === "sample") {
    yield sampleFlow(input.sample, transport);
    return;
  }
  const { kind, value } = input;
  if (kind === "hex") {
    yield singleFlow("hex", [parseHex(value, "--hex")]);
    return;
  }
  const file = value === "-" ? "<stdin>" : value;
  const chunks = readChunks(value, file);
  if (kind === "pcap") yield* captureFlows({ file, chunks, onNote });
  else if (kind === "jsonl") yield* jsonlFlows({ file, chunks });
  else yield singleFlow(file, await firstBytes(chunks));
}

/** No more of a file than can be peeked at, and a bit to know that there is. */
async function firstBytes(
  chunks: AsyncIterable<Uint8Array>,
): Promise<Uint8Array[]> {
  const segments: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    segments.push(chunk);
    length += chunk.length;
    if (length > MAX_PEEK_BYTES) break;
  }
  return segments;
}

function singleFlow(id: string, segments: readonly Uint8Array[]): Flow {
  return { id, transport: "tcp", segments, end: "open", notes: [] };
}

/** The bytes of a file in chunks. */
async function* readChunks(
  path: string,
  file: string,
): AsyncGenerator<Uint8Array> {
  try {
    if (path === "-") yield* Deno.stdin.readable;
    else yield* (await Deno.open(path)).readable;
  } catch (error) {
    const problem = fileProblem(path, error);
    throw new PassthruError(`Cannot read "${file}": ${problem}`, {
      code: "bad_file",
      source: "config",
      cause: error,
    });
  }
}

function fileProblem(path: string, error: unknown): string {
  if (errorCode(error) === "NOT_CAPABLE") {
    const flags = scopeFlags({ net: [], read: [path] }).join(" ");
    return `not permitted by the Deno permissions, run with ${flags}`;
  }
  return errorText(error);
}
