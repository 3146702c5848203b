/**
 * How the last dial of each target ended, in the memory that all data planes
 * share. It keeps no target from being used; it is for people.
 *
 * @module
 */
import { codeText, KNOWN_CODES } from "../errors.ts";
import { HealthWord, type TargetMemory } from "./target_memory.ts";

/** It failed with a code that is not known. */
const FAILED = 1;
/** Of the first code that is known. */
const FIRST_CODE = 2;

/** Takes in that a dial reached the target. */
export function noteReached(memory: TargetMemory, slot: number): void {
  const [words, at] = memory.word(slot, HealthWord.lastDial);
  // Mostly there is nothing to write, which others would have to read again.
  if (Atomics.load(words, at) !== 0) Atomics.store(words, at, 0);
}

/** Takes in that a dial failed, by the error's code. */
export function noteFailed(
  memory: TargetMemory,
  slot: number,
  code: string,
): void {
  const index = KNOWN_CODES.indexOf(code);
  Atomics.store(
    ...memory.word(slot, HealthWord.lastDial),
    index < 0 ? FAILED : FIRST_CODE + index,
  );
}

/** Why the last dial failed, in words; `null`: it did not. */
export function failureText(memory: TargetMemory, slot: number): string | null {
  const word = Atomics.load(...memory.word(slot, HealthWord.lastDial));
  if (word === 0) return null;
  const code = KNOWN_CODES[word - FIRST_CODE];
  return (code && codeText(code)) ?? "the dial failed";
}
