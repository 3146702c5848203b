/**
 * The shape of `expect`: tests inside the config.
 *
 * @module
 */
import * as v from "valibot";
import { MAX_PEEK_BYTES } from "./plan.ts";
import {
  fields,
  list,
  listOr,
  object,
  oneOf,
  optional,
  text,
  textLike,
} from "./schema_parts.ts";

/** The fields of which an expectation has exactly one. */
export const SAMPLES = [
  "hello",
  "http",
  "ssh",
  "hex",
  "text",
  "silent",
] as const;

/** The fields of which an expectation has at least one. */
export const OUTCOMES = ["protocol", "rule", "target", "reject"] as const;

/** The versions of TLS that a `hello` may offer at most. */
export const HELLO_VERSIONS = ["1.0", "1.1", "1.2", "1.3"] as const;

/** So many ALPN protocols fit into one record whatever their lengths. */
const MAX_ALPN = 32;

/** Longest sample; no server peeks at more. */
const MAX_SAMPLE_BYTES = MAX_PEEK_BYTES;

const SOME_TEXT = `a text of 1 to ${MAX_SAMPLE_BYTES} characters`;

const yes = v.literal(true, "true");

const visible = (expected: string) => textLike(/^[!-~]{1,255}$/, expected);

const HELLO = fields({
  sni: optional(
    visible('a host name such as "example.com"'),
    "The server name that the client asks for; without it the hello names none",
  ),
  alpn: optional(
    v.pipe(
      list(
        visible('a protocol such as "h2"'),
        'a list of protocols such as ["h2"]',
      ),
      v.maxLength(MAX_ALPN, `at most ${MAX_ALPN} protocols`),
    ),
    "The ALPN protocols that the client offers, the best first",
  ),
  version: optional(
    oneOf(HELLO_VERSIONS),
    "The highest version of TLS that the client offers",
    { default: "1.3" },
  ),
  ech: optional(
    v.boolean("true or false"),
    "Whether the hello carries an Encrypted ClientHello (sni is the outer name then)",
    { default: false },
  ),
});

const HTTP = fields({
  host: optional(
    visible('a host such as "example.com" or "example.com:8080"'),
    "The Host header; without it the request has none",
  ),
  path: optional(
    textLike(/^[!-~]{1,8000}$/, 'a path such as "/api"'),
    "The request target",
    { default: "/" },
  ),
  method: optional(
    textLike(/^[!-~]{1,64}$/, 'a method such as "GET"'),
    "The request method",
    { default: "GET" },
  ),
  version: optional(oneOf(["1.0", "1.1"]), "The version of HTTP", {
    default: "1.1",
  }),
  headers: optional(
    object(
      v.record(
        textLike(/^[!#$%&'*+.^_`|~\w-]{1,255}$/, "the name of a header"),
        // deno-lint-ignore no-control-regex
        textLike(/^[^\r\n\x00]{0,8000}$/, "one line of text"),
      ),
      'an object of headers such as { "Upgrade": "websocket" }',
    ),
    "More headers, by name",
  ),
});

const SSH = fields({
  software: optional(
    visible('a software version such as "OpenSSH_9.6"'),
    "The software version of the client's identification string",
    { default: "OpenSSH_9.6" },
  ),
});

const targetText = textLike(
  /\S/,
  'a target such as "127.0.0.1:8080" or a list of targets',
);

const EXPECT = fields({
  name: optional(text, "A label for messages"),
  server: optional(
    text,
    "The server that the client connects to, as servers spells it; may be left out when there is only one",
  ),
  hello: optional(
    object(v.strictObject(HELLO, "hello"), 'an object such as { "sni": "x" }'),
    "Sample: the client sends a TLS ClientHello",
  ),
  http: optional(
    object(v.strictObject(HTTP, "http"), 'an object such as { "host": "x" }'),
    "Sample: the client sends the head of an HTTP request",
  ),
  ssh: optional(
    object(
      v.strictObject(SSH, "ssh"),
      'an object such as {} or { "software": "x" }',
    ),
    "Sample: the client sends an SSH identification string",
  ),
  hex: optional(
    textLike(
      /^[\s\da-fA-F]+$/,
      'pairs of hexadecimal digits such as "16 03 01"',
    ),
    "Sample: the client sends these bytes, as hexadecimal digits",
  ),
  text: optional(
    v.pipe(
      v.string(SOME_TEXT),
      v.nonEmpty(SOME_TEXT),
      v.maxLength(MAX_SAMPLE_BYTES, SOME_TEXT),
    ),
    "Sample: the client sends this text in UTF-8, with no line end but those in it",
  ),
  silent: optional(
    yes,
    "Sample: the client sends nothing until the detection timeout",
  ),
  from: optional(
    text,
    "The client's IP address, for FROM rules",
  ),
  time: optional(
    textLike(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/,
      'a time such as "2026-11-22T08:30:00Z"',
    ),
    "When the client connects, for TIME rules",
  ),
  protocol: optional(
    text,
    "Expected: the detector that matches, or SILENT",
  ),
  rule: optional(
    text,
    "Expected: the rule that wins, with its protocol as in the log: TLS/SNI example.com",
  ),
  target: optional(
    listOr(
      list(targetText, "a list of at least one target"),
      targetText,
    ),
    "Expected: a target of the winning rule, as to_addr spells it; a list: all of them, in any order",
  ),
  reject: optional(
    yes,
    "Expected: the connection is closed, by a REJECT rule or because no rule takes it",
  ),
});

/** One expectation. */
export const expectSchema = object(
  v.strictObject(EXPECT, "expect"),
  'an object such as { "hello": { "sni": "x" }, "rule": "TLS/SNI x" }',
);

/** An expectation with the right shape. */
export type ExpectFields = v.InferOutput<typeof expectSchema>;

/** Whether a value has the shape of an expectation. */
export function isExpectation(value: unknown): value is ExpectFields {
  return v.is(expectSchema, value);
}

/** The closed objects in `expect`, by the name that their messages carry. */
export const EXPECT_KINDS = {
  expect: EXPECT,
  hello: HELLO,
  http: HTTP,
  ssh: SSH,
};

/** A field of a sample that is not what it should be. */
export interface SampleProblem {
  readonly field: string;
  /** What it should be: `a host name such as "example.com"`. */
  readonly expected: string;
}

/** What is wrong with the fields of a sample, each once. */
export function sampleProblems(
  kind: "hello" | "http",
  fields: Readonly<Record<string, unknown>>,
): SampleProblem[] {
  const { issues } = v.safeParse(
    v.object(kind === "hello" ? HELLO : HTTP),
    fields,
  );
  const found = new Map<string, string>();
  for (const { path, message } of issues ?? []) {
    const field = String(path?.[0].key);
    if (!found.has(field)) found.set(field, message);
  }
  return [...found].map(([field, expected]) => ({ field, expected }));
}
