/**
 * Facts that may be in doubt: a client sent something for them that servers read
 * differently, or that is no such value at all.
 *
 * Only rules make a doubt matter. Where one tests the fact, nothing may be
 * decided; where none does, the fact is left out, and the server may judge.
 *
 * @module
 */
import type { DetectState, FactValue } from "./detector.ts";

/** Facts while they are gathered. */
export type Draft = Record<string, FactValue>;

/** The facts that rules test, as {@linkcode DetectState.needs} has it. */
export interface Needs {
  readonly needs?: DetectState["needs"];
  /** As {@linkcode DetectState.isTested}. */
  readonly isTested?: DetectState["isTested"];
}

/** A value, `undefined` where the client sent none; or why it is in doubt. */
export type Learnt =
  | { readonly ok: true; readonly value: FactValue | undefined }
  | { readonly ok: false; readonly why: string };

/** The client sent nothing for the fact. */
export const NOTHING: Learnt = Object.freeze({ ok: true, value: undefined });

/** A value that is certain. */
export function certain(value: FactValue | undefined): Learnt {
  return { ok: true, value };
}

/** A value in doubt. */
export function doubt(why: string): Extract<Learnt, { readonly ok: false }> {
  return { ok: false, why };
}

/**
 * Adds a fact to others; one in doubt is left out. The host is to be added before
 * others, so that only rules for this host make a doubt about them matter.
 *
 * @returns Why the connection is in doubt for the rules, or `null`.
 */
export function learn(
  facts: Draft,
  fact: string,
  learnt: Learnt,
  { needs, isTested }: Needs,
): string | null {
  if (!learnt.ok) {
    const matters = (needs?.has(fact) ?? true) &&
      (isTested?.(fact, facts) ?? true);
    return matters ? learnt.why : null;
  }
  if (learnt.value !== undefined) facts[fact] = learnt.value;
  return null;
}
