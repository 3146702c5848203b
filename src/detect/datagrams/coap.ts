/**
 * CoAP, by the first request.
 *
 * Wire: version 1, type and token length in one byte, code, BE16 message id, token,
 * options by the difference of their numbers, optionally `ff` and a payload (RFC 7252
 * §3).
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import {
  type DatagramDetector,
  type DetectState,
  malformed,
  match,
  NO,
  type Verdict,
} from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { checkHostName, isIpv6, normalizeHost } from "../host.ts";
import {
  certain,
  doubt,
  type Draft,
  learn,
  type Learnt,
  NOTHING,
} from "../learnt.ts";
import { hostWord, textWord } from "../rule_grammar.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const HEADER_BYTES = 4;
const VERSION_1 = 0x40;
/** Version and the two types that a request may have. */
const REQUEST_MASK = 0xe0;
const MAX_TOKEN_BYTES = 8;
/** GET, POST, PUT, DELETE, FETCH, PATCH and iPATCH. */
const METHODS = ["GET", "POST", "PUT", "DELETE", "FETCH", "PATCH", "IPATCH"];
const PAYLOAD_MARKER = 0xff;
const URI_HOST = 3;
const URI_PATH = 11;
/** An option of requests: fewest and most bytes, and whether it may come again. */
type OptionForm = readonly [least: number, most: number, many?: true];

/** By number (RFC 7252 §5.10, 7641, 7959, 7967, 8613, 8768, 9175, 9177, 9668). */
const OPTIONS: Readonly<Record<number, OptionForm>> = {
  1: [0, 8, true], // If-Match
  [URI_HOST]: [1, 255],
  4: [1, 8, true], // ETag
  5: [0, 0], // If-None-Match
  6: [0, 3], // Observe
  7: [0, 2], // Uri-Port
  9: [0, 255], // OSCORE
  [URI_PATH]: [0, 255, true],
  12: [0, 2], // Content-Format
  15: [0, 255, true], // Uri-Query
  16: [1, 1], // Hop-Limit
  17: [0, 2], // Accept
  19: [0, 3], // Q-Block1
  21: [0, 0], // EDHOC
  23: [0, 3], // Block2
  27: [0, 3], // Block1
  28: [0, 4], // Size2
  31: [0, 3], // Q-Block2
  35: [1, 1034], // Proxy-Uri
  39: [1, 255], // Proxy-Scheme
  60: [0, 4], // Size1
  252: [1, 40], // Echo
  258: [0, 1], // No-Response
  292: [0, 8, true], // Request-Tag
};
const RESERVED_NIBBLE = 15;
/** A dot segment, which RFC 7252 §5.10.1 forbids, or one with a slash in it. */
const ODD_SEGMENT = /\/|^\.\.?$/;

/** The options of a request, as far as they are used here. */
interface Options {
  host?: string;
  readonly path: string[];
  count: number;
}

/** Recognises a CoAP client. */
export const coap: DatagramDetector = firstDatagramDetector({
  name: "COAP",
  summary: "CoAP, by the first request",
  rules: {
    HOST: hostWord("host"),
    PATH: textWord("path", {
      pattern: /^\/[\x21-\x7e]*$/,
      expected: 'a path that starts with "/", such as "/sensors*"',
    }, { example: "/sensors*" }),
  },
  docs: {
    firstBytes:
      "`40..48` or `50..58`, code `01..07`, BE16 message id, token, options, optionally `ff` and a payload",
    facts: {
      host:
        "of the option Uri-Host: lower case, without a final dot; absent when there is none",
      path:
        "the options Uri-Path, each after a `/`, one character per byte; `/` when there is none",
      method: "`GET`, `POST`, `PUT`, `DELETE`, `FETCH`, `PATCH` or `IPATCH`",
    },
    source: [rfc(7252, "3"), rfc(7252, "5.10"), rfc(8132), rfc(9443)],
    stance: [
      "Strict: at least one option, only options of requests, with valid lengths and repetitions, up to the end of the datagram or the payload marker.",
      "An invalid Uri-Host, and a Uri-Path that has a slash in a segment or is a dot segment, are ambiguous: they give no fact, and if a rule for this host tests the fact, the request is malformed.",
      "Not matched: responses, pings, and channel data of TURN (`40..4f`, with the length of the datagram).",
    ],
  },
}, (datagram, state) => {
  if (datagram.length <= HEADER_BYTES) return NO;
  const tokenBytes = datagram[0]! & 0x0f;
  const isRequest = (datagram[0]! & REQUEST_MASK) === VERSION_1;
  const method = METHODS[datagram[1]! - 1];
  if (!isRequest || tokenBytes > MAX_TOKEN_BYTES || method === undefined) {
    return NO;
  }
  const options = readOptions(datagram, HEADER_BYTES + tokenBytes);
  return options === null ? NO : requestVerdict(method, options, state);
});

function requestVerdict(
  method: string,
  { host, path }: Options,
  state: DetectState,
): Verdict {
  const facts: Draft = { method };
  const why = learn(facts, "host", readHost(host), state) ??
    learn(facts, "path", readPath(path), state);
  return why === null ? match(facts) : malformed(why);
}

/** The path; segments that a path in text would spell otherwise are in doubt. */
function readPath(segments: readonly string[]): Learnt {
  const hasOdd = segments.some((segment) => ODD_SEGMENT.test(segment));
  return hasOdd
    ? doubt("a Uri-Path contains a slash or is a dot segment")
    : certain(`/${segments.join("/")}`);
}

/** The host: a name or an address; the port has an option of its own. */
function readHost(host: string | undefined): Learnt {
  if (host === undefined) return NOTHING;
  const bare = /^\[(.*)\]$/s.exec(host)?.[1] ?? host;
  if (isIpv6(bare)) return certain(bare.toLowerCase());
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  const problem = checkHostName(name);
  return problem === null
    ? certain(normalizeHost(name))
    : doubt(`the Uri-Host ${problem}`);
}

/** Reads the options; `null`: they are none, or there are none. */
function readOptions(datagram: Uint8Array, from: number): Options | null {
  const options: Options = { path: [], count: 0 };
  let number = 0;
  let at = from;
  while (at < datagram.length && datagram[at] !== PAYLOAD_MARKER) {
    const head = datagram[at++]!;
    const delta = extended(datagram, at, head >> 4);
    if (delta === null) return null;
    at = delta.end;
    const length = extended(datagram, at, head & 15);
    if (length === null) return null;
    number += delta.value;
    at = length.end + length.value;
    if (at > datagram.length || !mayStand(number, delta.value, length.value)) {
      return null;
    }
    take(options, number, datagram.subarray(length.end, at));
  }
  // A payload has a byte at least.
  const hasEnd = at === datagram.length || at + 1 < datagram.length;
  return at >= from && options.count > 0 && hasEnd ? options : null;
}

/**
 * Whether an option may be in a request.
 *
 * @param delta What its number is above that of the option before it.
 */
function mayStand(number: number, delta: number, length: number): boolean {
  const form = OPTIONS[number];
  return form !== undefined && length >= form[0] && length <= form[1] &&
    (delta > 0 || form[2] === true);
}

function take(options: Options, number: number, value: Uint8Array): void {
  options.count++;
  if (number === URI_HOST) options.host = latin1(value);
  else if (number === URI_PATH) options.path.push(latin1(value));
}

/** A number of four bits, or of 8 or 16 more (RFC 7252 §3.1). */
function extended(
  datagram: Uint8Array,
  at: number,
  nibble: number,
): { value: number; end: number } | null {
  if (nibble < 13) return { value: nibble, end: at };
  if (nibble === RESERVED_NIBBLE) return null;
  const bytes = nibble === 13 ? 1 : 2;
  if (at + bytes > datagram.length) return null;
  const value = bytes === 1
    ? datagram[at]! + 13
    : (datagram[at]! << 8 | datagram[at + 1]!) + 269;
  return { value, end: at + bytes };
}
