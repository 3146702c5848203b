/**
 * DCE/RPC (Microsoft's RPC), by the request to bind.
 *
 * `maxBytes` 52: up to the version of the first interface.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, NO } from "../detector.ts";
import { be16, le16 } from "../expect.ts";
import { textWord } from "../rule_grammar.ts";

/**
 * Version, type, flags with the first fragment's bit, representation (the little
 * or the big end first, ASCII, IEEE), lengths, call id, three limits, the count
 * of contexts, the first one's id and count of syntaxes, its interface.
 */
const FORM = new ByteForm(
  `05 00-01 0b .. 00-10 000000 .... .... ........ .... .... ........
  01-7f 000000 .... 01-20 00
  ................................ ........`,
);
const FLAGS_AT = 3;
const FIRST_FRAGMENT = 0x01;
const REPRESENTATION_AT = 4;
const LITTLE_ENDIAN = 0x10;
const LENGTH_AT = 8;
const INTERFACE_AT = 32;
/** One context with one syntax. */
const MIN_LENGTH = 72;

/** Recognises a client of DCE/RPC. */
export const dcerpc: Detector = {
  name: "DCERPC",
  summary: "DCE/RPC (Microsoft's RPC), by the request to bind",
  maxBytes: FORM.length,
  rules: {
    INTERFACE: textWord("interface", {
      pattern: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
      expected:
        'a UUID in lower case such as "e1af8308-5d1f-11c9-91a4-08002b14a0fa"',
    }, { example: "e1af8308-5d1f-11c9-91a4-08002b14a0fa", exact: true }),
  },
  docs: {
    firstBytes:
      "`05`, `00` or `01`, `0b` (bind), flags, `10` or `00` (the little or the big end first), three times `00`, lengths, call id, limits, the count of contexts, and the first of them with its interface",
    facts: {
      interface:
        "the UUID of the first interface, in lower case: `e1af8308-5d1f-11c9-91a4-08002b14a0fa` is the endpoint mapper",
    },
    source: [
      {
        text: "C706, DCE 1.1: RPC, §12.6.4.3",
        url: "https://pubs.opengroup.org/onlinepubs/9629399/chap12.htm",
      },
      {
        text: "MS-RPCE 2.2.2",
        url:
          "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rpce/",
      },
    ],
    stance: [
      "Strict: every fixed byte of the header, and the length. SOCKS 5 has a count of at least 1 at byte 1, and a method after it.",
      "RPC in SMB's pipes is SMB, over HTTP it is HTTP.",
    ],
  },
  detect(view) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const representation = view[REPRESENTATION_AT]!;
    const isLittle = representation === LITTLE_ENDIAN;
    if (!isLittle && representation !== 0) return NO;
    if ((view[FLAGS_AT]! & FIRST_FRAGMENT) === 0) return NO;
    const length = isLittle ? le16(view, LENGTH_AT) : be16(view, LENGTH_AT);
    if (length < MIN_LENGTH) return NO;
    return match({ interface: uuid(view, isLittle) });
  },
};

/** A UUID, whose first three fields are numbers. */
function uuid(view: Uint8Array, isLittle: boolean): string {
  const part = (from: number, to: number, isNumber: boolean) => {
    const bytes = view.slice(INTERFACE_AT + from, INTERFACE_AT + to);
    return (isNumber && isLittle ? bytes.reverse() : bytes).toHex();
  };
  return [
    part(0, 4, true),
    part(4, 6, true),
    part(6, 8, true),
    part(8, 10, false),
    part(10, 16, false),
  ].join("-");
}
