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
const HELLO_VERSIONS = ["1.0", "1.1", "1.2", "1.3"] as const;

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
    "Server name",
    { absent: "none" },
  ),
  alpn: optional(
    v.pipe(
      list(
        visible('a protocol such as "h2"'),
        'a list of protocols such as ["h2"]',
      ),
      v.maxLength(MAX_ALPN, `at most ${MAX_ALPN} protocols`),
    ),
    "ALPN protocols that the client offers, in order of preference",
    { absent: "none" },
  ),
  version: optional(
    oneOf(HELLO_VERSIONS),
    "Highest TLS version that the client offers",
    { default: "1.3" },
  ),
  ech: optional(
    v.boolean("true or false"),
    'Include an Encrypted ClientHello; "sni" is then the outer name',
    { default: false },
  ),
});

const HTTP = fields({
  host: optional(
    visible('a host such as "example.com" or "example.com:8080"'),
    "Host header",
    { absent: "none" },
  ),
  path: optional(
    textLike(/^[!-~]{1,8000}$/, 'a path such as "/api"'),
    "Request target",
    { default: "/" },
  ),
  method: optional(
    textLike(/^[!-~]{1,64}$/, 'a method such as "GET"'),
    "Request method",
    { default: "GET" },
  ),
  version: optional(oneOf(["1.0", "1.1"]), "HTTP version", {
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
    "Further headers, by name",
  ),
});

const SSH = fields({
  software: optional(
    visible('a software version such as "OpenSSH_9.6"'),
    "Software version in the client's identification string",
    { default: "OpenSSH_9.6" },
  ),
});

const targetText = textLike(
  /\S/,
  'a target such as "127.0.0.1:8080" or a list of targets',
);

const EXPECT = fields({
  name: optional(text, "Label for messages"),
  server: optional(
    text,
    'Server that the client connects to, as written in "servers"',
    { absent: "the only server" },
  ),
  hello: optional(
    object(v.strictObject(HELLO, "hello"), 'an object such as { "sni": "x" }'),
    "Sample: the client sends a TLS ClientHello",
  ),
  http: optional(
    object(v.strictObject(HTTP, "http"), 'an object such as { "host": "x" }'),
    "Sample: the client sends an HTTP request",
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
    "Sample: the client sends this text, encoded as UTF-8",
  ),
  silent: optional(
    yes,
    "Sample: the client sends nothing",
  ),
  from: optional(
    text,
    "IP address of the client, for FROM conditions",
  ),
  time: optional(
    textLike(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/,
      'a time such as "2026-11-22T08:30:00Z"',
    ),
    "Time of the connection, for TIME conditions",
  ),
  protocol: optional(
    text,
    "Expected protocol: the name of a detector, or SILENT",
  ),
  rule: optional(
    text,
    "Expected rule, with its protocol: TLS/SNI example.com",
  ),
  target: optional(
    listOr(
      list(targetText, "a list of at least one target"),
      targetText,
    ),
    'Expected target of the rule, as written in "to_addr"',
    { details: "A list names all targets of the rule, in any order" },
  ),
  reject: optional(
    yes,
    "Expected: the connection is refused",
    { details: "Either by a REJECT rule or because no rule matches" },
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
