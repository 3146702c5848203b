/**
 * Small questions that the detectors of binary protocols ask of a view.
 *
 * @module
 */
import type { More, No } from "./detector.ts";
import { more, NO } from "./detector.ts";

/**
 * Compares the bytes at a place with those expected there.
 *
 * @returns `no` at the first that differs, `more` while they are not all
 * there, `null` when they are.
 */
export function expectBytes(
  view: Uint8Array,
  at: number,
  expected: Uint8Array,
): No | More | null {
  for (let i = 0; i < expected.length; i++) {
    if (at + i >= view.length) return more(view.length + 1);
    if (view[at + i] !== expected[i]) return NO;
  }
  return null;
}

/** Reads 16 bits, big end first; the caller knows that they are there. */
export function be16(view: Uint8Array, at: number): number {
  return (view[at]! << 8) | view[at + 1]!;
}

/** Reads 32 bits, big end first; the caller knows that they are there. */
export function be32(view: Uint8Array, at: number): number {
  return (be16(view, at) * 0x10000) + be16(view, at + 2);
}

/** Reads 16 bits, little end first; the caller knows that they are there. */
export function le16(view: Uint8Array, at: number): number {
  return view[at]! | (view[at + 1]! << 8);
}

/** Reads 32 bits, little end first; the caller knows that they are there. */
export function le32(view: Uint8Array, at: number): number {
  return le16(view, at) + le16(view, at + 2) * 0x10000;
}
