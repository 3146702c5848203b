/**
 * The criteria of ACLs: what of a connection is looked at, and what it is
 * compared with.
 *
 * @module
 */
import { type Expression, unknown } from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import { FETCHES } from "./fetches.ts";
import { readPatterns, variableProblem } from "./patterns.ts";
import { type CriterionContext, type Fetch, splitOutside } from "./samples.ts";
import type { Word } from "./words.ts";

/** Older names, and those with a method of their own. */
const ALIASES: Readonly<
  Record<string, readonly [name: string, method?: string]>
> = {
  req_ssl_sni: ["req.ssl_sni"],
  req_ssl_ver: ["req.ssl_ver"],
  req_ssl_hello_type: ["req.ssl_hello_type"],
  req_len: ["req.len"],
  req_proto_http: ["req.proto_http"],
  payload: ["req.payload"],
  rdp_cookie: ["req.rdp_cookie"],
  rdp_cookie_cnt: ["req.rdp_cookie_cnt"],
  req_rdp_cookie: ["req.rdp_cookie"],
  req_rdp_cookie_cnt: ["req.rdp_cookie_cnt"],
  hdr: ["req.hdr"],
  dst: ["dst"],
};

/** The words of a criterion, `req.ssl_sni -i a.example`, as an expression. */
export function criterion(
  words: readonly Word[],
  context: CriterionContext,
): Expression {
  const [head, ...rest] = words;
  if (head === undefined) return unknown("a condition without a criterion");
  if (head.variables.length > 0) {
    return unknown(variableProblem(head.variables));
  }
  const { fetch, method } = readFetch(head.text, context);
  const patterns = readPatterns(rest, context.files);
  if (patterns.problem !== undefined) return unknown(patterns.problem);
  const translate = Object.hasOwn(FETCHES, fetch.name)
    ? FETCHES[fetch.name]!
    : null;
  if (translate === null) return unknown(noSuchSample(fetch.name));
  return translate(
    fetch,
    method === undefined || patterns.method !== undefined
      ? patterns
      : { ...patterns, method },
    context,
  );
}

function readFetch(
  text: string,
  { variables }: CriterionContext,
): { fetch: Fetch; method?: string } {
  const [sample = "", ...converters] = splitOutside(text);
  const variable = /^var\(([^)]*)\)$/.exec(sample);
  const stored = variable === null ? undefined : variables.get(variable[1]!);
  if (stored !== undefined) {
    const [inner = "", ...first] = splitOutside(stored);
    return named(inner, [...first, ...converters]);
  }
  return named(sample, converters);
}

function named(
  sample: string,
  converters: readonly string[],
): { fetch: Fetch; method?: string } {
  const [, name = "", args] = /^([\w.]*)(?:\((.*)\))?/s.exec(sample) ?? [];
  const list = args === undefined || args === ""
    ? []
    : args.split(",").map((arg) => arg.trim());
  const suffix = /^(.*)_(beg|end|sub|reg|dom|dir|str)$/.exec(name);
  const stem = suffix?.[1] ?? name;
  const [known, method] = Object.hasOwn(ALIASES, stem)
    ? ALIASES[stem]!
    : [stem, undefined];
  const isKnown = Object.hasOwn(FETCHES, known);
  return {
    fetch: { name: isKnown ? known : name, args: list, converters },
    ...(suffix === null || !isKnown
      ? method === undefined ? {} : { method }
      : { method: suffix[2]! }),
  };
}

/** Why there is no equivalent of a sample. */
function noSuchSample(name: string): string {
  const shown = quoted(name);
  if (/^ssl_[fbc]c?_|^ssl_(?:fc|bc|c|f|s)_/.test(name)) {
    return `${shown} is known only where HAProxy decrypts; "req.ssl_sni" and the other req.ssl_* are known before`;
  }
  if (/^(?:nbsrv|srv_|be_|avg_queue|queue|connslots)/.test(name)) {
    return `${shown} is about the state of servers: the targets of a list are tried in turn, and "backup" marks those for when no other is up`;
  }
  if (/^(?:sc\d?_|src_(?!port)|table_|fe_)/.test(name)) {
    return `${shown} counts connections: the options "max_connections_per_ip" and "max_new_per_second_per_ip" limit them`;
  }
  if (
    /^(?:date|rand|nbproc|env|hostname|uuid|meth|url|cook|base|query|src_port)/
      .test(
        name,
      )
  ) {
    return `${shown} is not tested by rules`;
  }
  return `${shown} has no equivalent`;
}
