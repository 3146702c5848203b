/**
 * Detectors that a config declares: by a prefix, by bytes at a place, or by a
 * regular expression.
 *
 * @module
 */
import type { DatagramDetector, Detector, Verdict } from "./detector.ts";
import { match, more, NO } from "./detector.ts";
import { expectBytes } from "./expect.ts";
import { LinearRegex } from "./linear_regex.ts";
import { Registry } from "./registry.ts";

/** What a config says of a detector: plain data. One of the three is there. */
export interface DeclaredDetector {
  /** Its name in the config. */
  readonly name: string;
  /** What the client's bytes start with: text, or `hex:cafe`. */
  readonly prefix?: string;
  /** What they hold at `offset`: text, or `hex:cafe`. */
  readonly bytes?: string;
  /** Place of `bytes`, from 0. Default: 0. */
  readonly offset?: number;
  /** A regular expression that can be run in linear time. */
  readonly regex?: string;
  /** Most bytes that `regex` is tried on. Default: 64. */
  readonly max_bytes?: number;
}

/** The fields of {@linkcode DeclaredDetector} that say what to look for. */
export const DECLARED_KINDS = ["prefix", "bytes", "regex"] as const;

const DEFAULT_REGEX_BYTES = 64;
const ENDED = Object.freeze({ ended: true });
const NO_FACTS = match(Object.freeze({}));

/** A registry with the detectors of a config beside its own. */
export function withDeclared(
  registry: Registry,
  declared: readonly DeclaredDetector[],
): Registry {
  if (declared.length === 0) return registry;
  const all = new Registry(registry.all);
  for (const one of declared) addDeclared(all, one);
  return all;
}

/**
 * Adds a detector that a config declares, for TCP and for datagrams. Where there
 * is one of that name for datagrams alone, it stays what it is.
 *
 * @throws As {@linkcode declaredDetector} and {@linkcode Registry.add}.
 */
export function addDeclared(
  registry: Registry,
  declared: DeclaredDetector,
): void {
  registry.add(declaredDetector(declared));
  if (registry.getDatagram(declared.name) === undefined) {
    registry.add(declaredDatagramDetector(declared));
  }
}

/**
 * Makes a detector of what a config says.
 *
 * @throws {RangeError} When the bytes are not hexadecimal or there are none, or
 * the expression is too large.
 * @throws {RegexSyntaxError} When the expression cannot be run in linear time.
 */
export function declaredDetector(declared: DeclaredDetector): Detector {
  const { name, regex } = declared;
  if (regex !== undefined) {
    const maxBytes = declared.max_bytes ?? DEFAULT_REGEX_BYTES;
    return {
      name,
      summary: `the expression ${regex} in the first ${maxBytes} bytes`,
      maxBytes,
      rules: {},
      detect: regexDetect(new LinearRegex(regex), maxBytes),
    };
  }
  const bytes = parseBytes(declared.prefix ?? declared.bytes ?? "");
  const offset = declared.prefix === undefined ? declared.offset ?? 0 : 0;
  return {
    name,
    summary: `${declared.prefix ?? declared.bytes} at byte ${offset}`,
    maxBytes: offset + bytes.length,
    rules: {},
    detect: bytesDetect(bytes, offset),
  };
}

/**
 * Makes a detector for datagrams of what a config says: the same, over the first
 * datagram alone. What a datagram lacks does not come later, so it says no.
 *
 * @throws As {@linkcode declaredDetector}.
 */
export function declaredDatagramDetector(
  declared: DeclaredDetector,
): DatagramDetector {
  const { name, summary, rules, detect } = declaredDetector(declared);
  return {
    name,
    transport: "udp",
    summary: `${summary} of the first datagram`,
    maxDatagrams: 1,
    rules,
    detect(datagrams) {
      const verdict = detect(datagrams[0]!, ENDED);
      return verdict.kind === "more" ? NO : verdict;
    },
  };
}

/**
 * The bytes that a config means: text as UTF-8, or hexadecimal digits after
 * `hex:`.
 *
 * @throws {RangeError} When there are none, or they are not hexadecimal.
 */
export function parseBytes(text: string): Uint8Array {
  if (!text.startsWith("hex:")) {
    if (text === "") throw new RangeError("there are no bytes");
    return new TextEncoder().encode(text);
  }
  const digits = text.slice(4).replaceAll(" ", "");
  if (!/^(?:[\da-f]{2})+$/i.test(digits)) {
    throw new RangeError(
      `${JSON.stringify(text)} has no pairs of hexadecimal digits after "hex:"`,
    );
  }
  return Uint8Array.from(
    digits.match(/../g)!,
    (pair) => parseInt(pair, 16),
  );
}

function bytesDetect(bytes: Uint8Array, offset: number) {
  return (view: Uint8Array): Verdict => {
    if (view.length <= offset) return more(offset + 1);
    return expectBytes(view, offset, bytes) ?? NO_FACTS;
  };
}

function regexDetect(regex: LinearRegex, maxBytes: number) {
  return (view: Uint8Array, { ended }: { ended: boolean }): Verdict => {
    const whole = ended || view.length >= maxBytes;
    const state = regex.scan(view.subarray(0, maxBytes), whole);
    if (state === "match") return NO_FACTS;
    return state === "dead" ? NO : more(view.length + 1);
  };
}
