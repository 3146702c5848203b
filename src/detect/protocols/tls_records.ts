/**
 * The TLS records that carry a ClientHello (RFC 9846 §5.1): in one or over many,
 * behind others that some server passes over.
 *
 * What is asked for is what servers take, as tried with OpenSSL, GnuTLS, Go and
 * rustls. All take any minor version; Go and rustls take other major ones too.
 * OpenSSL passes over empty records, GnuTLS over ChangeCipherSpec, Go and rustls
 * over warnings. A server that does not refuses the client itself.
 *
 * @module
 */
import type { DetectState, Malformed, More, No, Verdict } from "../detector.ts";
import { malformed, more, NO } from "../detector.ts";

/** The body of a hello, which is all there. */
interface Found {
  /** Tells it from a verdict. */
  readonly kind: "hello";
  readonly body: Uint8Array;
}

/** The hello is longer than any peek buffer. */
export const TOO_LONG: Malformed = malformed(
  "the ClientHello is longer than 65535 bytes",
);

const CHANGE_CIPHER_SPEC = 0x14;
const ALERT = 0x15;
const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const WARNING = 1;
const MAJOR = 3;
/** Go takes what is below; DTLS has the other. */
const MAX_ODD_MAJOR = 0x0f;
const DTLS_MAJOR = 0xfe;
const HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;
/** rustls takes 2048 more than may be in a record. */
const MAX_RECORD_BYTES = 16384 + 2048;
const MAX_MESSAGE_BYTES = 65535;
/** What OpenSSL passes over. */
const MAX_PASSED_OVER = 32;

const INTERRUPTED = malformed(
  "another record comes before the ClientHello is complete",
);
const LONG_RECORD = malformed("a record is longer than 18432 bytes");

/** Whether a first byte is the type of a record that may come before a hello. */
export function mayBeRecord(type: number): boolean {
  return type >= CHANGE_CIPHER_SPEC && type <= HANDSHAKE;
}

/**
 * Finds the hello in bytes that begin with its record, or others.
 *
 * @param state Handed on.
 * @param read Says what the hello is once it is there.
 */
export function detectRecords(
  view: Uint8Array,
  state: DetectState,
  read: (body: Uint8Array, state: DetectState) => Verdict,
): Verdict {
  const first = findStart(view);
  if (typeof first !== "number") return first;
  const found = findInPlace(view, first) ?? joinRecords(view, first);
  const verdict = found.kind === "hello" ? read(found.body, state) : found;
  // Of odd versions nothing is certain but a hello that is sound.
  const isOdd = view[first + 1] !== MAJOR;
  return isOdd && verdict.kind === "malformed" ? NO : verdict;
}

/** The first record with a part of the hello, or a verdict. */
function findStart(view: Uint8Array): number | No | More {
  let at = 0;
  for (let passed = 0; passed <= MAX_PASSED_OVER; passed++) {
    if (at >= view.length) return more(at + 1);
    const end = view[at] === HANDSHAKE
      ? checkHandshake(view, at)
      : skipOther(view, at);
    if (typeof end !== "number") return end;
    if (end < 0) return at;
    at = end;
  }
  return NO;
}

/** The place behind a handshake record that is empty; -1: it is not. */
function checkHandshake(view: Uint8Array, at: number): number | No | More {
  const start = at + HEADER_BYTES;
  if (view.length < at + 2) return more(at + 2);
  const major = view[at + 1]!;
  const isOdd = major !== MAJOR;
  if (isOdd && major > MAX_ODD_MAJOR && major !== DTLS_MAJOR) return NO;
  if (view.length < start) return more(view.length + 1);
  const length = recordLength(view, at);
  if (length === 0) return isOdd ? NO : start;
  if (view.length === start) return more(start + 1);
  if (view[start] !== CLIENT_HELLO) return NO;
  const version = start + MESSAGE_HEADER_BYTES;
  if (!isOdd || length <= MESSAGE_HEADER_BYTES) return -1;
  if (view.length <= version) return more(version + 1);
  return view[version] === MAJOR ? -1 : NO;
}

/** The place behind a record that is no handshake and is passed over. */
function skipOther(view: Uint8Array, at: number): number | No | More {
  const type = view[at];
  if (type !== ALERT && type !== CHANGE_CIPHER_SPEC) return NO;
  for (let i = at + 1; i < at + HEADER_BYTES; i++) {
    if (i === view.length) return more(i + 1);
    if (i !== at + 2 && i < at + 4 && view[i] !== (i === at + 1 ? MAJOR : 0)) {
      return NO;
    }
  }
  const length = view[at + 4]!;
  if (type === ALERT ? length !== 2 : length > 1) return NO;
  const start = at + HEADER_BYTES;
  // The level of an alert, the one message of ChangeCipherSpec.
  if (length > 0 && start === view.length) return more(start + 1);
  if (length > 0 && view[start] !== WARNING) return NO;
  return start + length;
}

/** Finds a hello that lies in one record, without a copy; `null`: it does not. */
function findInPlace(
  view: Uint8Array,
  at: number,
): Found | More | Malformed | null {
  const recordEnd = at + HEADER_BYTES + recordLength(view, at);
  const start = at + HEADER_BYTES + MESSAGE_HEADER_BYTES;
  if (recordEnd < start) return null;
  if (recordEnd - at - HEADER_BYTES > MAX_RECORD_BYTES) return LONG_RECORD;
  if (view.length < start) return more(start);
  const end = start + messageLength(view, at + HEADER_BYTES);
  if (end - start > MAX_MESSAGE_BYTES) return TOO_LONG;
  if (end > recordEnd) return null;
  return view.length < end
    ? more(end)
    : { kind: "hello", body: view.subarray(start, end) };
}

/** Puts a hello together that lies in several records. */
function joinRecords(
  view: Uint8Array,
  from: number,
): Found | No | More | Malformed {
  const message = new Uint8Array(view.length);
  let got = 0;
  let missing = MESSAGE_HEADER_BYTES;
  for (let at = from;;) {
    const start = at + HEADER_BYTES;
    if (view.length < start) return more(at + wireBytes(missing));
    if (view[at] !== HANDSHAKE) {
      const behind = skipOther(view, at);
      if (behind === NO) return INTERRUPTED;
      if (typeof behind !== "number") return behind;
      at = behind;
      continue;
    }
    const end = start + recordLength(view, at);
    if (end - start > MAX_RECORD_BYTES) return LONG_RECORD;
    message.set(view.subarray(start, end), got);
    got += Math.min(end, view.length) - start;
    if (got >= MESSAGE_HEADER_BYTES) {
      const length = messageLength(message, 0);
      if (length > MAX_MESSAGE_BYTES) return TOO_LONG;
      const size = MESSAGE_HEADER_BYTES + length;
      if (got >= size) {
        const body = message.subarray(MESSAGE_HEADER_BYTES, size);
        return { kind: "hello", body };
      }
      missing = size - got;
    } else missing = MESSAGE_HEADER_BYTES - got;
    if (end > view.length) return askInRecord(view.length, end, missing);
    at = end;
  }
}

/** Asks for the rest of a record, and of the message behind it. */
function askInRecord(length: number, end: number, missing: number): More {
  const behind = missing - (end - length);
  return more(behind > 0 ? end + wireBytes(behind) : length + missing);
}

/** Fewest bytes in which a part of a message can come, with record headers. */
function wireBytes(count: number): number {
  return count + HEADER_BYTES * Math.ceil(count / MAX_RECORD_BYTES);
}

function recordLength(view: Uint8Array, at: number): number {
  return (view[at + 3]! << 8) | view[at + 4]!;
}

function messageLength(message: Uint8Array, at: number): number {
  return (message[at + 1]! << 16) | (message[at + 2]! << 8) | message[at + 3]!;
}
