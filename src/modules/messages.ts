/**
 * What the control plane and a sandbox say to each other.
 *
 * @module
 */
import type {
  Detector,
  DetectState,
  Facts,
  Verdict,
} from "../detect/detector.ts";
import type { MatcherForm, RuleWord } from "../detect/rule_grammar.ts";

/** A detector without its functions. */
export interface DetectorDescription
  extends Omit<Detector, "rules" | "detect"> {
  readonly words: Readonly<Record<string, Omit<RuleWord, "parse">>>;
}

/** What a sandbox says by itself, once: its detector, or what is wrong. */
export type SandboxReady =
  | { readonly kind: "ready"; readonly detector: DetectorDescription }
  | { readonly kind: "failed"; readonly problem: string };

/** What the control plane asks. */
export type SandboxRequest =
  | { readonly kind: "parse"; readonly word: string; readonly value: string }
  | {
    readonly kind: "test";
    readonly word: string;
    readonly value: string;
    readonly facts: Facts;
  }
  | {
    readonly kind: "detect";
    readonly view: Uint8Array;
    readonly state: DetectState;
  };

/** The answer to `parse`. */
export type ParseAnswer =
  | { readonly ok: true; readonly form: MatcherForm; readonly value: string }
  | {
    readonly ok: false;
    readonly expected: string;
    readonly suggestion?: string;
  };

/** The answer to each kind of request. */
export interface SandboxAnswers {
  readonly parse: ParseAnswer;
  readonly test: boolean;
  readonly detect: Verdict;
}

/**
 * Memory for the answers: `Int32` at 0 is 1 when one is there, `Int32` at 4 its
 * length in bytes, then JSON in UTF-8.
 */
export const ANSWER_HEADER_BYTES = 8;
/** Room for an answer; the facts of one connection take far less. */
export const ANSWER_BYTES = 256 * 1024;

/** Writes an answer as JSON, bytes as hexadecimal digits. */
export function encodeAnswer(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner) => inner instanceof Uint8Array ? { hex: inner.toHex() } : inner,
  );
}

/** Reads what {@linkcode encodeAnswer} wrote. */
export function decodeAnswer(text: string): unknown {
  return JSON.parse(
    text,
    (key, inner) =>
      key === "bytes" && typeof inner?.hex === "string"
        ? Uint8Array.fromHex(inner.hex)
        : inner,
  );
}
