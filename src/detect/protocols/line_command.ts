/**
 * Protocols of lines that begin with a command: what may stand behind each.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { NO_WORD, OPEN_WORD, WordList } from "../word_list.ts";

/** The first lines of a protocol. */
export interface LineForms {
  /** Most bytes of a line. */
  readonly maxBytes: number;
  /** Whether a line ends with LF alone (`only`) or with CRLF (`never`). */
  readonly bareLf: "only" | "never";
  /**
   * What may stand behind each command, with the space before it. Its named
   * groups are the facts.
   */
  readonly commands: Readonly<Record<string, readonly RegExp[]>>;
}

const LF = 0x0a;
const CR = 0x0d;
const MINUS = 0x2d;

/** A decision by the first line, which must be whole. */
export function lineDetect(
  { maxBytes, bareLf, commands }: LineForms,
): Detector["detect"] {
  const words = Object.keys(commands);
  const list = new WordList(words, { ignoreCase: false });
  const forms = Object.values(commands);
  return (view) => {
    let at = 0;
    while (at < maxBytes && isWordByte(view[at])) at++;
    const word = list.find(view, 0, at);
    if (word === NO_WORD) return NO;
    if (word === OPEN_WORD) return more(view.length + 1);
    while (at < maxBytes && view[at]! >= 0x20 && view[at]! < 0x7f) at++;
    const end = at;
    if (bareLf === "never") {
      if (at === view.length) return more(at + 1);
      if (view[at++] !== CR) return NO;
    }
    if (at === view.length) return more(at + 1);
    if (view[at] !== LF) return NO;
    const text = latin1(view.subarray(words[word]!.length, end));
    for (const form of forms[word]!) {
      const found = form.exec(text);
      if (found !== null) return match({ ...found.groups });
    }
    return NO;
  };
}

/** A letter or `-`. */
function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined &&
    ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) ||
      byte === MINUS);
}
