/**
 * The startup message of PostgreSQL: its pairs of name and value.
 *
 * Of two users the server takes the last; here two are in doubt, so that
 * nobody behind passthru sees another user than passthru did. Without a
 * database, or with an empty one, the server takes the user's name for it.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import {
  certain,
  doubt,
  type Draft,
  learn,
  type Learnt,
  NOTHING,
} from "../learnt.ts";
import { hasControl, utf8 } from "./client_text.ts";

const PAIRS_START = 8;
const NO_USER = doubt("the message names no user");
const MAX_VALUE_BYTES = 255;
/** The server cuts application names there. */
const MAX_APPLICATION_NAME_BYTES = 63;

/** Reads the pairs of a startup message of a known length. */
export function readStartup(
  view: Uint8Array,
  length: number,
  state: DetectState,
): Verdict {
  const body = view.subarray(PAIRS_START, length);
  if (!startsWithName(body)) return NO;
  if (view.length < length) return more(length);
  const pairs = readPairs(body);
  return typeof pairs === "string" ? malformed(pairs) : conclude(pairs, state);
}

/** Whether the bytes, as far as they are there, begin with a name. */
function startsWithName(body: Uint8Array): boolean {
  for (let i = 0; i < body.length; i++) {
    if (body[i] === 0) return i > 0;
    if (!isNameByte(body[i]!)) return false;
  }
  return true;
}

/** Letters, digits, `_`, `.` and `-`: names are those of settings. */
function isNameByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || byte === 0x5f ||
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d;
}

/** Reads the pairs that are facts; a text says what is wrong with the message. */
function readPairs(body: Uint8Array): Map<string, Learnt> | string {
  const pairs = new Map<string, Learnt>();
  const end = body.length - 1;
  if (body[end] !== 0) return "the message does not end with a NUL";
  for (let at = 0; at < end;) {
    const nameEnd = body.indexOf(0, at);
    const valueEnd = body.indexOf(0, nameEnd + 1);
    if (nameEnd === at) return "a name is empty";
    if (valueEnd < 0 || valueEnd === end) return "a value does not end";
    const name = latin1(body.subarray(at, nameEnd));
    keep(pairs, name, body.subarray(nameEnd + 1, valueEnd));
    at = valueEnd + 1;
  }
  return pairs;
}

/** Keeps a pair that is a fact. */
function keep(
  pairs: Map<string, Learnt>,
  name: string,
  value: Uint8Array,
): void {
  if (name === "application_name") {
    pairs.set(name, certain(utf8(value, MAX_APPLICATION_NAME_BYTES)));
  } else if (name === "user" || name === "database") {
    pairs.set(
      name,
      pairs.has(name)
        ? doubt(`there are two names for the ${name}`)
        : readName(name, value),
    );
  }
}

function readName(what: string, value: Uint8Array): Learnt {
  if (value.length > MAX_VALUE_BYTES) {
    return doubt(`the ${what} is longer than 255 bytes`);
  }
  const text = utf8(value, MAX_VALUE_BYTES);
  return hasControl(text)
    ? doubt(`the ${what} contains a control byte`)
    : certain(text);
}

function conclude(
  pairs: ReadonlyMap<string, Learnt>,
  state: DetectState,
): Verdict {
  const found = pairs.get("user") ?? NO_USER;
  const user = found.ok && found.value === "" ? NO_USER : found;
  const named = pairs.get("database");
  const database = named === undefined || (named.ok && named.value === "")
    ? user
    : named;
  const facts: Draft = {};
  const why = learn(facts, "user", user, state) ??
    learn(facts, "database", database, state) ??
    learn(
      facts,
      "application_name",
      pairs.get("application_name") ?? NOTHING,
      state,
    );
  return why === null ? match(facts) : malformed(why);
}
