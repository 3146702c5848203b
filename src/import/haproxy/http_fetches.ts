/**
 * Samples of an HTTP request, which HAProxy has in `mode tcp` too.
 *
 * @module
 */
import {
  any,
  anyOf,
  type Expression,
  is,
  unknown,
  word,
} from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import { regexText } from "../pcre.ts";
import type { Fetch, Translator } from "./samples.ts";
import type { Patterns } from "./patterns.ts";
import { expressionFor, hostValue, isTextMethod } from "./text_patterns.ts";

/** The samples by name. */
export const HTTP_FETCHES: Readonly<Record<string, Translator>> = {
  // The preface of HTTP/2 is a request of a version 2.0 for it.
  "req.proto_http": () => any(is("HTTP"), is("HTTP2")),
  "req.hdr": header,
  method: (_, { method = "str", values }) =>
    method === "str"
      ? anyOf(values.map((value) => word("HTTP", ["METHOD", value])))
      : unknown(`the method ${quoted(method)}`),
  path: (_, { method = "str", values }) =>
    isTextMethod(method)
      ? anyOf(
        values.map((value) => word("HTTP", ["PATH", path(value, method)])),
      )
      : unknown(`the method ${quoted(method)}`),
};

function header(
  { args: [name], converters }: Fetch,
  { method = "str", values }: Patterns,
): Expression {
  const other = converters.filter((converter) => converter !== "lower");
  if (name === undefined || other.length > 0 || !isTextMethod(method)) {
    return unknown(`such a test of a header`);
  }
  if (name.toLowerCase() === "host") {
    return anyOf(
      values.map((value) =>
        word("HTTP", ["HOST", hostValue(withoutPort(value), method)])
      ),
    );
  }
  return anyOf(
    values.map((value) =>
      word("HTTP", ["HEADER", `${name} ${text(value, method)}`])
    ),
  );
}

/** A header has the port, but what `HOST` tests has not. */
function withoutPort(value: string): string {
  return value.replace(/:\d+$/, "");
}

function path(value: string, method: string): string {
  return method === "str" && /^\/[\w./-]*$/.test(value)
    ? value
    : text(value, method);
}

function text(value: string, method: string): string {
  if (method === "str") return value;
  if (method === "beg") return `${value}*`;
  return method === "reg"
    ? `/${regexText(value, { oneLine: true })}/`
    : `/${expressionFor(value, method as "end")}/`;
}
