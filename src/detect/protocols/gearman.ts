/**
 * Gearman, by the header of the first request.
 *
 * `maxBytes` 268: the header and the name of a function.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { latin1 } from "../byte_reader.ts";
import { be32 } from "../expect.ts";
import { nameWord } from "./text_facts.ts";

/** Magic of a request, kind, length. */
const FORM = new ByteForm("00524551 000000 01-2a ........");
const KIND_AT = 7;
const LENGTH_AT = 8;
const MAX_NAME_BYTES = 256;
const MAX_LENGTH = 2 ** 28;
const NO_FUNCTION = match({});
/** Kinds whose data begin with a function; `false`: the data are that alone. */
const WITH_FUNCTION: Readonly<Record<number, boolean>> = {
  1: false,
  2: false,
  7: true,
  18: true,
  21: true,
  23: true,
  32: true,
  33: true,
  34: true,
  35: true,
  36: true,
};
/** Kinds that only a server sends. */
const OF_SERVER = [6, 8, 10, 11, 17, 19, 20, 27, 31, 40];

/** Recognises a client or a worker of Gearman. */
export const gearman: Detector = {
  name: "GEARMAN",
  summary: "Gearman, by the header of the first request",
  maxBytes: FORM.length + MAX_NAME_BYTES,
  rules: { FUNCTION: nameWord("function", "resize") },
  docs: {
    firstBytes:
      "`00` `REQ`, BE32 type of 1 to 42 that a client can send, BE32 length; for a job or a worker the name of a function, optionally `00` and more",
    facts: {
      function:
        "the function of a job or of an offer to work; absent in other requests",
    },
    source: [
      {
        text: "Gearman, Protocol",
        url: "https://gearman.org/protocol/",
      },
    ],
    stance: [
      "Strict: the magic bytes and the type. The text protocol for administration (`status`, `workers`, `version`) is not matched, because other protocols have the same words.",
    ],
  },
  detect(view) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const kind = view[KIND_AT]!;
    const length = be32(view, LENGTH_AT);
    if (OF_SERVER.includes(kind) || length > MAX_LENGTH) return NO;
    const goesOn = WITH_FUNCTION[kind];
    return goesOn === undefined
      ? NO_FUNCTION
      : readFunction(view, FORM.length + length, goesOn);
  },
};

/** Reads a function, which ends where the data do, or at a NUL. */
function readFunction(
  view: Uint8Array,
  end: number,
  goesOn: boolean,
): Verdict {
  const most = Math.min(end, FORM.length + MAX_NAME_BYTES);
  for (let at = FORM.length; at < most; at++) {
    if (at === view.length) return more(at + 1);
    const byte = view[at]!;
    if (byte === 0 && at > FORM.length) {
      return match({ function: latin1(view.subarray(FORM.length, at)) });
    }
    if (byte <= 0x20 || byte > 0x7e) return NO;
  }
  if (goesOn || end !== most || end === FORM.length) return NO;
  return match({ function: latin1(view.subarray(FORM.length, end)) });
}
