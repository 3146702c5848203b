/**
 * The sandbox's side: one detector from a module, in a worker that may do
 * nothing.
 *
 * @module
 */
import type { Detector } from "../detect/detector.ts";
import { guardedDetector } from "../detect/guarded.ts";
import type { Matcher } from "../detect/rule_grammar.ts";
import {
  ANSWER_HEADER_BYTES,
  type DetectorDescription,
  encodeAnswer,
  type ParseAnswer,
  type SandboxReady,
  type SandboxRequest,
} from "./messages.ts";
import type { LoadedModule } from "./module_entry.ts";

/** The part of a worker's global scope that is used here. */
interface SandboxScope {
  onmessage:
    | ((event: MessageEvent<SharedArrayBuffer | SandboxRequest>) => void)
    | null;
  postMessage(message: SandboxReady): void;
}

/** Says what the module has, then answers what is asked of it. */
export default function start(modules: readonly LoadedModule[]): void {
  const scope = globalThis as unknown as SandboxScope;
  const { name, exported } = modules[0]!;
  let detector: Detector;
  try {
    detector = guardedDetector(name, exported);
  } catch (error) {
    scope.postMessage({
      kind: "failed",
      problem: error instanceof Error ? error.message : String(error),
    });
    return;
  }
  let answers: SharedArrayBuffer | null = null;
  scope.onmessage = ({ data }) => {
    if (data instanceof SharedArrayBuffer) answers = data;
    else write(answers!, answer(detector, data));
  };
  scope.postMessage({ kind: "ready", detector: describe(detector) });
}

function describe(detector: Detector): DetectorDescription {
  const { rules, detect: _, ...rest } = detector;
  const words = Object.entries(rules).map(([word, rule]) => {
    const { parse: _, ...plain } = rule;
    return [word, plain];
  });
  return { ...rest, words: Object.fromEntries(words) };
}

function answer(detector: Detector, request: SandboxRequest): unknown {
  switch (request.kind) {
    case "parse":
      return parse(detector, request.word, request.value);
    case "test":
      return matcherOf(detector, request)?.test(request.facts) === true;
    case "detect":
      return detector.detect(request.view, request.state);
  }
}

function parse(detector: Detector, word: string, value: string): ParseAnswer {
  const parsed = detector.rules[word]!.parse(value);
  if (!parsed.ok) return parsed;
  const { form, value: normalised } = parsed.matcher;
  return { ok: true, form, value: normalised };
}

function matcherOf(
  detector: Detector,
  { word, value }: { word: string; value: string },
): Matcher | null {
  const parsed = detector.rules[word]!.parse(value);
  return parsed.ok ? parsed.matcher : null;
}

function write(answers: SharedArrayBuffer, value: unknown): void {
  const header = new Int32Array(answers, 0, 2);
  const room = answers.byteLength - ANSWER_HEADER_BYTES;
  let bytes = new TextEncoder().encode(encodeAnswer(value));
  if (bytes.length > room) bytes = new TextEncoder().encode("null");
  new Uint8Array(answers, ANSWER_HEADER_BYTES).set(bytes);
  header[1] = bytes.length;
  Atomics.store(header, 0, 1);
  Atomics.notify(header, 0);
}
