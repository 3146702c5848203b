/**
 * Parts of an explanation in words.
 *
 * @module
 */
import type { FactValue } from "../detect/detector.ts";
import type { LostRule } from "./rule_tests.ts";
import type { ExplainedVerdict } from "./explain_flow.ts";
import { formatByte } from "./record.ts";

/** Longest value that is shown, in characters. */
const MAX_SHOWN = 200;

/** Where a detector made up its mind: `0 (0x16)`, or `datagram 1`. */
export function placeText(
  { offset, byte, datagram = null }: ExplainedVerdict,
): string {
  if (datagram !== null) return `datagram ${datagram + 1}`;
  return offset === null ? "end" : `${offset} (${formatByte(byte!)})`;
}

/** Why a rule did not win. */
export function lostText({ failed }: LostRule): string {
  if (failed === null) return "less specific";
  const { word, wanted, negated } = failed;
  const found = failed.found === null ? "nothing" : valueText(failed.found);
  if (negated) return `!${`${word} ${wanted}`.trimEnd()}: found ${found}`;
  // A word that stands alone wants no value.
  return wanted === ""
    ? `${word}: found ${found}`
    : `${word}: wanted ${valueText(wanted)}, found ${found}`;
}

/** A value, in quotes where it could be taken for something else. */
export function valueText(value: FactValue): string {
  const text = shorten(Array.isArray(value) ? value.join(",") : String(value));
  return /^[A-Za-z0-9._:/@+,*[\]-]+$/.test(text) ? text : JSON.stringify(text);
}

/** A text, cut where it is too long for people. */
export function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : text.slice(0, MAX_SHOWN) + "...";
}
