/**
 * `req.payload(offset,length)`: bytes that are compared, as detectors.
 *
 * @module
 */
import { anyOf, type Expression, is, unknown } from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import { regexText } from "../pcre.ts";
import type { CriterionContext, Fetch } from "./samples.ts";
import { bytesText, type Looked } from "../ordered/declared_detectors.ts";
import type { Patterns } from "./patterns.ts";
import { expressionFor, isTextMethod } from "./text_patterns.ts";

/** Most bytes that an expression is tried on where all are meant. */
const WHOLE_BUFFER = 1024;

/** Payload that is compared with patterns. */
export function payloadTest(
  { args, converters }: Fetch,
  patterns: Patterns,
  context: CriterionContext,
): Expression {
  const [offset = NaN, length = NaN] = args.map(Number);
  if (!Number.isInteger(offset) || !Number.isInteger(length)) {
    return unknown("expected an offset and a length in numbers");
  }
  const isHex = converters.length === 1 && converters[0] === "hex";
  if (converters.length > 0 && !isHex) {
    return unknown(`converters (${quoted(converters.join(","))})`);
  }
  const method = patterns.method ?? "bin";
  return anyOf(patterns.values.map((value) => {
    const looked = isHex
      ? hexLooked(value, { method, offset, length })
      : lookedFor(value, {
        method,
        offset,
        length,
        ignoreCase: patterns.ignoreCase,
      });
    return typeof looked === "string" ? unknown(looked) : is(
      knownProtocol(looked) ?? context.detectors.name(looked, context.origin),
    );
  }));
}

interface Compared {
  readonly method: string;
  readonly offset: number;
  readonly length: number;
  readonly ignoreCase: boolean;
}

/** What a detector has to look for; or why that cannot be said. */
function lookedFor(
  value: string,
  { method, offset, length, ignoreCase }: Compared,
): Looked | string {
  if (method === "bin") {
    const bytes = bytesOfHex(value);
    return bytes === null
      ? `${quoted(value)} is no pair of hexadecimal digits`
      : exactBytes(bytes, { offset, length });
  }
  if (!isTextMethod(method)) return `the method ${quoted(method)}`;
  const bytes = new TextEncoder().encode(value);
  if (!ignoreCase && method === "str") {
    return exactBytes(bytes, { offset, length });
  }
  if (!ignoreCase && method === "beg") return bytesAt(bytes, offset);
  if (offset > 0) return "an expression that does not begin at the first byte";
  const expression = method === "reg" ? value : expressionFor(value, method);
  return {
    regex: regexText(expression, { oneLine: false, ignoreCase }),
    max_bytes: length === 0 ? WHOLE_BUFFER : length,
  };
}

/** Payload in hexadecimal digits. */
function hexLooked(
  value: string,
  { method, offset, length }: Omit<Compared, "ignoreCase">,
): Looked | string {
  const bytes = bytesOfHex(value);
  if (bytes === null || !["str", "beg"].includes(method)) {
    return `the method ${quoted(method)} behind "hex"`;
  }
  return method === "str"
    ? exactBytes(bytes, { offset, length })
    : bytesAt(bytes, offset);
}

function exactBytes(
  bytes: Uint8Array,
  { offset, length }: { offset: number; length: number },
): Looked | string {
  if (length === 0) return "all bytes that have come are compared";
  return bytes.length === length
    ? bytesAt(bytes, offset)
    : `${length} bytes are compared with ${bytes.length}, which never fit`;
}

function bytesAt(bytes: Uint8Array, offset: number): Looked {
  const text = bytesText(bytes);
  return offset === 0 ? { prefix: text } : { bytes: text, offset };
}

function bytesOfHex(digits: string): Uint8Array | null {
  return /^(?:[\da-f]{2})+$/i.test(digits)
    ? Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16))
    : null;
}

/** The protocol that begins with such bytes, where no other one does. */
function knownProtocol({ prefix, regex }: Looked): string | null {
  if (prefix !== undefined) {
    if (/^SSH-(?:2\.0-?)?$/.test(prefix)) return "SSH";
    if (/^hex:16(?:03(?:0\d)?)?$/.test(prefix)) return "TLS";
  }
  return regex === "^SSH-" || regex === "^SSH-2.0" || regex === "^SSH-2\\.0"
    ? "SSH"
    : null;
}
