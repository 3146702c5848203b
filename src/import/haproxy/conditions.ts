/**
 * Conditions of rules: `if tls !local or { src 10.0.0.0/8 }` (HAProxy's
 * configuration manual, 7.2).
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import {
  allOf,
  anyOf,
  type Expression,
  FALSE,
  not,
  TRUE,
  unknown,
} from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import { criterion } from "./criteria.ts";
import type { CriterionContext } from "./samples.ts";
import type { Ledger } from "./ledger.ts";
import type { Proxy } from "./proxies.ts";
import type { Line, Word } from "./words.ts";

/** ACLs that are always there (7.4), as they would be declared. */
const PREDEFINED: Readonly<Record<string, readonly string[]>> = {
  FALSE: ["always_false"],
  HTTP: ["req.proto_http"],
  HTTP_URL_SLASH: ["path_beg", "/"],
  LOCALHOST: ["src", "127.0.0.0/8", "::1"],
  METH_CONNECT: ["method", "CONNECT"],
  METH_DELETE: ["method", "DELETE"],
  METH_GET: ["method", "GET", "HEAD"],
  METH_HEAD: ["method", "HEAD"],
  METH_OPTIONS: ["method", "OPTIONS"],
  METH_POST: ["method", "POST"],
  METH_PUT: ["method", "PUT"],
  METH_TRACE: ["method", "TRACE"],
  RDP_COOKIE: ["req.rdp_cookie_cnt", "gt", "0"],
  REQ_CONTENT: ["req.len", "gt", "0"],
  TRUE: ["always_true"],
  WAIT_END: ["wait_end"],
};
const WITHOUT_EQUIVALENT = new Set([
  "HTTP_1.0",
  "HTTP_1.1",
  "HTTP_2.0",
  "HTTP_CONTENT",
  "HTTP_URL_ABS",
  "HTTP_URL_STAR",
]);

/** What reading conditions needs. */
export interface ConditionContext extends Omit<CriterionContext, "origin"> {
  readonly problems: Problems;
  readonly ledger: Ledger;
}

/** Reads the conditions of the rules of a proxy. */
export class Conditions {
  readonly #acls = new Map<string, Line[]>();
  readonly #context: ConditionContext;

  constructor(proxy: Proxy, context: ConditionContext) {
    this.#context = context;
    for (const line of proxy.own("acl")) {
      const [, name] = line;
      if (name === undefined) continue;
      const known = this.#acls.get(name.text);
      if (known === undefined) this.#acls.set(name.text, [line]);
      else known.push(line);
    }
  }

  /**
   * Reads what follows an action.
   *
   * @param words `if ...`, `unless ...`, or nothing, which always holds.
   */
  read(words: readonly Word[]): Expression {
    const [keyword, ...rest] = words;
    this.#context.ledger.useAll(words);
    if (keyword === undefined) return TRUE;
    if (keyword.text !== "if" && keyword.text !== "unless") {
      this.#context.problems.add(
        keyword.origin,
        `Found ${quoted(keyword.text)}, expected "if" or "unless"`,
      );
      return FALSE;
    }
    if (rest.length === 0) {
      this.#context.problems.add(
        keyword.origin,
        `${quoted(keyword.text)} has no condition behind it`,
      );
    }
    const condition = this.#alternatives(rest);
    return keyword.text === "if" ? condition : not(condition);
  }

  #alternatives(words: readonly Word[]): Expression {
    const options: Expression[] = [];
    let terms: Expression[] = [];
    for (let at = 0; at < words.length;) {
      const { text } = words[at]!;
      if (text === "or" || text === "||") {
        options.push(allOf(terms));
        terms = [];
        at++;
        continue;
      }
      const { term, end } = this.#term(words, at);
      terms.push(term);
      at = end;
    }
    return anyOf([...options, allOf(terms)]);
  }

  /** A name or an anonymous ACL, with any number of `!` before it. */
  #term(
    words: readonly Word[],
    start: number,
  ): { term: Expression; end: number } {
    let negated = false;
    let at = start;
    let text = words[start]!.text;
    while (text.startsWith("!")) {
      negated = !negated;
      text = text.slice(1);
      if (text === "") text = words[++at]?.text ?? "";
    }
    const word = words[at] ?? words[start]!;
    if (text !== "{") {
      const term = this.#named(text, word);
      return { term: negated ? not(term) : term, end: at + 1 };
    }
    let end = at + 1;
    while (end < words.length && words[end]!.text !== "}") end++;
    if (end === words.length) {
      this.#context.problems.add(word.origin, '"{" has no "}"');
      return { term: FALSE, end };
    }
    const term = this.#criterion(words.slice(at + 1, end));
    return { term: negated ? not(term) : term, end: end + 1 };
  }

  #named(name: string, word: Word): Expression {
    const lines = this.#acls.get(name);
    if (lines !== undefined) {
      return anyOf(lines.map((line) => {
        this.#context.ledger.useAll(line);
        return this.#criterion(line.slice(2));
      }));
    }
    if (Object.hasOwn(PREDEFINED, name)) {
      return this.#criterion(
        PREDEFINED[name]!.map((text) => ({ ...word, text, variables: [] })),
      );
    }
    if (WITHOUT_EQUIVALENT.has(name)) {
      return unknown(`${quoted(name)} has no equivalent`);
    }
    this.#context.problems.add(
      word.origin,
      `There is no ACL of the name ${quoted(name)}`,
    );
    return FALSE;
  }

  #criterion(words: readonly Word[]): Expression {
    const origin = words[0]?.origin;
    return origin === undefined
      ? unknown("an empty condition")
      : criterion(words, { ...this.#context, origin });
  }
}
