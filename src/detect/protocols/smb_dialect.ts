/**
 * The dialects that an SMB client offers in its NEGOTIATE.
 *
 * Wire: SMB 1 lists names, `02` text `00`, the oldest first (MS-CIFS 2.2.4.52);
 * SMB 2 lists LE16 numbers (MS-SMB2 2.2.3).
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import { le16 } from "../expect.ts";

const SMB1 = 0xff;
const SMB1_NEGOTIATE = 0x72;
const SMB1_LIST_AT = 35;
const SMB2_NEGOTIATE = 0;
const SMB2_HEADER_BYTES = 64;
const SMB2_LIST_AT = SMB2_HEADER_BYTES + 36;
const MAX_NAME_BYTES = 32;

/** The numbers, highest first, as Microsoft calls them. */
const DIALECTS: readonly (readonly [number: number, name: string])[] = [
  [0x0311, "3.1.1"],
  [0x0302, "3.0.2"],
  [0x0300, "3.0"],
  [0x0210, "2.1"],
  [0x0202, "2.0.2"],
];

/** Whether the message at a place, with 14 bytes at least, is a NEGOTIATE. */
export function isNegotiate(view: Uint8Array, at: number): boolean {
  if (view[at] === SMB1) return view[at + 4] === SMB1_NEGOTIATE;
  return le16(view, at + 4) === SMB2_HEADER_BYTES &&
    le16(view, at + 12) === SMB2_NEGOTIATE;
}

/** The highest dialect in a NEGOTIATE; `null`: none that is known. */
export function highestDialect(message: Uint8Array): string | null {
  return message[0] === SMB1 ? lastName(message) : highestNumber(message);
}

/** The last name of the list: `NT LM 0.12`, `SMB 2.???`. */
function lastName(message: Uint8Array): string | null {
  const end = message.length - 1;
  if (message[end] !== 0) return null;
  let start = end;
  while (start > SMB1_LIST_AT && isNameByte(message[start - 1]!)) start--;
  const isName = start > SMB1_LIST_AT && message[start - 1] === 2 &&
    start < end && end - start <= MAX_NAME_BYTES;
  return isName ? latin1(message.subarray(start, end)) : null;
}

function highestNumber(message: Uint8Array): string | null {
  if (message.length < SMB2_LIST_AT) return null;
  const count = le16(message, SMB2_HEADER_BYTES + 2);
  const end = SMB2_LIST_AT + 2 * count;
  if (end > message.length) return null;
  for (const [number, name] of DIALECTS) {
    for (let at = SMB2_LIST_AT; at < end; at += 2) {
      if (le16(message, at) === number) return name;
    }
  }
  return null;
}

function isNameByte(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}
