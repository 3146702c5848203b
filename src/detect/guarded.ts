/**
 * Detectors from modules that passthru does not know: checked when they are
 * loaded, and kept to their contract while they run.
 *
 * @module
 */
import {
  type Detector,
  type DetectState,
  malformed,
  type Reply,
  type Verdict,
} from "./detector.ts";
import type { DetectorDocs } from "./detector_docs.ts";
import type { Facts } from "./facts.ts";
import type {
  Matcher,
  ParsedValue,
  RuleGrammar,
  RuleWord,
} from "./rule_grammar.ts";

const FORMS = ["exact", "suffix", "pattern", "prefix", "present"];

/**
 * A detector around one from elsewhere. It gets a copy of the bytes, so that it
 * can neither change nor keep what goes to the target. What it throws, and a
 * verdict that is none, become `malformed` with the reason, so that a fault in
 * one protocol leaves the others of a listener alone.
 *
 * @param name The name that it must have.
 * @param exported What the module exports as its default.
 * @throws {TypeError} When that is no detector; the message says what it lacks.
 */
export function guardedDetector(name: string, exported: unknown): Detector {
  const inner = checkDetector(name, exported);
  return {
    name,
    summary: inner.summary,
    maxBytes: inner.maxBytes,
    rules: guardedRules(inner.rules),
    ...(inner.docs === undefined ? {} : { docs: inner.docs }),
    ...(inner.toAll === undefined ? {} : { toAll: inner.toAll }),
    detect(view, state) {
      try {
        return checkVerdict(inner.detect(view.slice(), state), view, state);
      } catch (error) {
        return malformed(`the detector threw ${textOf(error)}`);
      }
    },
  };
}

function checkDetector(name: string, exported: unknown): Detector {
  if (typeof exported !== "object" || exported === null) {
    throw new TypeError("it has no detector as its default export");
  }
  const detector = exported as Partial<Detector>;
  if (detector.name !== name) {
    throw new TypeError(
      `its "name" is ${
        JSON.stringify(detector.name)
      }, the config calls it "${name}"`,
    );
  }
  expectField(detector, "summary", "string");
  expectField(detector, "maxBytes", "number");
  expectField(detector, "rules", "object");
  expectField(detector, "detect", "function");
  if (detector.docs !== undefined) checkDocs(detector.docs);
  if (detector.toAll !== undefined) expectField(detector, "toAll", "string");
  for (const [word, rule] of Object.entries(detector.rules ?? {})) {
    const where = `rule word "${word}": `;
    expectField(rule, "fact", "string", where);
    expectField(rule, "example", "string", where);
    expectField(rule, "many", "boolean", where);
    expectField(rule, "parse", "function", where);
    if (rule.kind !== "host" && rule.kind !== "text") {
      throw new TypeError(`${where}its "kind" is neither "host" nor "text"`);
    }
  }
  return exported as Detector;
}

function checkDocs(docs: DetectorDocs): void {
  const where = '"docs": ';
  expectField(docs, "firstBytes", "string", where);
  expectField(docs, "facts", "object", where);
  const { facts, source, stance = [] } = docs;
  if (!Array.isArray(source) || !Array.isArray(stance)) {
    throw new TypeError(`${where}its "source" or its "stance" is no list`);
  }
  const texts = [...Object.values(facts), ...stance];
  for (const { text, url = "" } of source) texts.push(text, url);
  if (texts.some((text) => typeof text !== "string")) {
    throw new TypeError(`${where}there is something else than texts in it`);
  }
}

function expectField(
  value: object,
  field: string,
  type: string,
  where = "",
): void {
  const found = (value as Record<string, unknown> | null)?.[field];
  if (typeof found === type && found !== null) return;
  const what = found === undefined ? "is missing" : `is no ${type}`;
  throw new TypeError(`${where}its "${field}" ${what}`);
}

function guardedRules(rules: RuleGrammar): RuleGrammar {
  return Object.fromEntries(
    Object.entries(rules).map(([word, rule]) => [word, guardedWord(rule)]),
  );
}

function guardedWord(inner: RuleWord): RuleWord {
  return {
    fact: inner.fact,
    kind: inner.kind,
    example: inner.example,
    many: inner.many,
    ...(inner.flag === undefined ? {} : { flag: inner.flag === true }),
    ...(inner.tokens === undefined ? {} : { tokens: Number(inner.tokens) }),
    ...(inner.late === undefined ? {} : { late: inner.late === true }),
    ...(inner.unless === undefined ? {} : { unless: String(inner.unless) }),
    parse(value) {
      try {
        return guardedValue(inner.parse(value));
      } catch (error) {
        return {
          ok: false,
          expected: `a value that its parser takes: it threw ${textOf(error)}`,
        };
      }
    },
  };
}

function guardedValue(parsed: ParsedValue): ParsedValue {
  if (!parsed.ok) {
    const { expected, suggestion } = parsed;
    return {
      ok: false,
      expected: String(expected),
      ...(suggestion === undefined ? {} : { suggestion: String(suggestion) }),
    };
  }
  const { matcher } = parsed;
  const { form, value } = matcher;
  if (!FORMS.includes(form) || typeof value !== "string") {
    throw new TypeError(`a matcher of form ${JSON.stringify(form)}`);
  }
  return { ok: true, matcher: { form, value, test: guardedTest(matcher) } };
}

function guardedTest(matcher: Matcher): Matcher["test"] {
  return (facts) => {
    try {
      return matcher.test(facts) === true;
    } catch {
      return false;
    }
  };
}

/** The verdict when it is one, `malformed` otherwise. */
function checkVerdict(
  verdict: Verdict,
  view: Uint8Array,
  { ended }: DetectState,
): Verdict {
  switch (verdict?.kind) {
    case "no":
      return verdict;
    case "more":
      if (!ended && verdict.atLeast <= view.length) {
        return malformed(
          `the detector asked for ${verdict.atLeast} bytes again`,
        );
      }
      return verdict.reply === undefined || isReply(verdict.reply)
        ? verdict
        : malformed("the detector returned an invalid reply");
    case "match":
      return areFacts(verdict.facts)
        ? verdict
        : malformed("the detector matched with invalid facts");
    case "malformed":
      return malformed(String(verdict.why));
    default:
      return malformed("the detector returned no verdict");
  }
}

function isReply(reply: Reply): boolean {
  const { bytes, after, request, promise, quietMs = 0, filter } = reply;
  return bytes instanceof Uint8Array && typeof after === "number" &&
    typeof request === "string" && Number.isFinite(quietMs) &&
    (promise === undefined || typeof promise === "string") &&
    (filter === undefined || typeof filter === "function");
}

function areFacts(facts: Facts): boolean {
  return typeof facts === "object" && facts !== null &&
    Object.values(facts).every((value) =>
      ["string", "number", "boolean"].includes(typeof value) ||
      Array.isArray(value) && value.every((item) => typeof item === "string")
    );
}

function textOf(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : String(error);
}
