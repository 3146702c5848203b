/**
 * The HTTP matcher: sets of Caddy's HTTP matchers.
 *
 * @module
 */
import {
  all,
  allOf,
  any,
  anyOf,
  type Expression,
  FALSE,
  is,
  not,
  unknown,
  word,
} from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import { escaped } from "../ordered/regex_text.ts";
import { oneLabelPattern } from "../tree/host_patterns.ts";
import type { ObjectReader, TreeReader } from "../tree/reader.ts";
import type { Tree } from "../tree/tree.ts";
import { remoteAddress } from "./address_matchers.ts";

/** A list of sets, of which one must match. */
export function httpMatcher(
  tree: Tree,
  path: string,
  { reader }: { readonly reader: TreeReader },
): Expression {
  const sets = reader.list(tree).map((item) => {
    const set = reader.object(item, path);
    return set === null ? FALSE : httpSet(set, reader);
  });
  const anyRequest = any(is("HTTP"), is("HTTP2"));
  return sets.length === 0 ? anyRequest : all(anyRequest, anyOf(sets));
}

function httpSet(set: ObjectReader, reader: TreeReader): Expression {
  return allOf(set.fields.map(({ name, value }): Expression => {
    switch (name) {
      case "host":
        return anyOf(
          set.texts(name).map(({ text }) => {
            if (text.includes("{")) {
              return unknown(`the placeholder ${quoted(text)}`);
            }
            const host = oneLabelPattern(text.toLowerCase());
            return both(["HOST", host], ["AUTHORITY", host]);
          }),
        );
      case "path":
        return anyOf(
          set.texts(name).map(({ text }) => {
            const path = pathPattern(text);
            return path === null
              ? unknown(`the path ${quoted(text)}`)
              : both(["PATH", path], ["PATH", path]);
          }),
        );
      case "method":
        return anyOf(
          set.texts(name).map(({ text }) =>
            both(["METHOD", text], ["METHOD", text])
          ),
        );
      case "remote_ip":
      case "client_ip": {
        const inner = set.object(name);
        return inner === null ? FALSE : remoteAddress(inner);
      }
      case "header":
        return header(set);
      case "not":
        return not(anyOf(
          reader.list(value).map((item) => {
            const inner = reader.object(item, `${set.path}.not`);
            return inner === null ? FALSE : httpSet(inner, reader);
          }),
        ));
    }
    reader.take(value);
    return unknown(`${quoted(name)} of an HTTP request`);
  }));
}

type Condition = readonly [word: string, value: string];

/** The same of both versions. */
function both(one: Condition, two: Condition): Expression {
  return any(word("HTTP", one), word("HTTP2", two));
}

/** `*` is at the end, at the start, at both, or nowhere. */
function pathPattern(text: string): string | null {
  if (/[{%]/.test(text) || text.slice(1, -1).includes("*")) return null;
  if (!text.startsWith("*")) return text;
  const body = escaped(text.replace(/^\*|\*$/g, ""));
  return text.length > 1 && text.endsWith("*") ? `/${body}/` : `/${body}$/`;
}

function header(set: ObjectReader): Expression {
  const fields = set.object("header");
  return allOf((fields?.fields ?? []).map(({ name }) => {
    const values = fields!.texts(name);
    return values.length === 0
      ? unknown(`whether there is no header ${quoted(name)}`)
      : anyOf(
        values.map(({ text }) =>
          text.slice(0, -1).includes("*") || text.includes("{")
            ? unknown(`the header ${quoted(`${name}: ${text}`)}`)
            : word("HTTP", ["HEADER", `${name} ${text}`])
        ),
      );
  }));
}
