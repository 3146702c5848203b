/**
 * What the first line of an HTTP/1 request is read into.
 *
 * @module
 */
import type { More } from "../detector.ts";

/** As `progress`: the bytes are empty lines that others may follow. */
export const IN_EMPTY_LINES = "in empty lines";
/** As `progress`: the bytes end within the target. */
export const IN_TARGET = "in the target";
/** As `progress`: they end behind a space that others may follow. */
export const IN_SPACES = "in spaces";
/** As `progress`: they end within a line of which only the end is not known. */
export const IN_LINE = "in the line";

/** Asks for the next byte of a line, and to be told how far it was read. */
export function moreOfLine(view: Uint8Array, progress: string): More {
  return { kind: "more", atLeast: view.length + 1, progress };
}

/** Where the parts of a request line are, in bytes from the first. */
export interface RequestLine {
  /** Tells it from a verdict. */
  readonly kind: "line";
  /** Where the method starts. */
  readonly methodStart: number;
  /** Where the method ends. */
  readonly methodEnd: number;
  /** Where the target starts. */
  readonly targetStart: number;
  /** Where the target ends; there is none where it starts. */
  readonly targetEnd: number;
  /** Place of the digit after `HTTP/1.`; -1: no version, which is HTTP/0.9. */
  readonly minor: number;
  /** Where the header lines begin. */
  readonly end: number;
  /** What is wrong with the target, so that it is in doubt; `null`: nothing. */
  readonly problem: string | null;
}

/** The parts of a request line that are known before its version. */
export type LineStart = Pick<
  RequestLine,
  "methodStart" | "methodEnd" | "targetStart" | "targetEnd"
>;
