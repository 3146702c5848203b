/**
 * Rules as the config spells them: `"SNI example.com ALPN h2"`.
 *
 * @module
 */
import type { RuleGrammar } from "../detect/rule_grammar.ts";
import {
  type Condition,
  hasWord,
  type ReadCondition,
  readCondition,
  wordNames,
  type Words,
} from "../rule/condition.ts";
import type { Prover } from "../rule/implication.ts";
import { didYouMean, orList } from "./diagnostics.ts";
import { ruleFindings } from "./rule_lint.ts";

/** The rule that takes what no other rule takes. */
export const CATCHALL = "CATCHALL";

/** Something wrong in a rule, and where in its text. */
export interface RuleProblem {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Place in the rule's text. */
  readonly offset: number;
  readonly length: number;
}

/** A rule that was read; it is good when no problem is an error. */
export interface ParsedRule {
  /** The rule with white space folded. */
  readonly text: string;
  readonly conditions: readonly Condition[];
  readonly problems: readonly RuleProblem[];
}

interface Token {
  readonly text: string;
  readonly offset: number;
}

/** What reading a rule needs to know. */
export interface RuleContext {
  /** Name of the detector, for messages. */
  readonly protocol: string;
  readonly words: Words;
  readonly prover: Prover;
}

/** Parses a rule other than `CATCHALL`. */
export function parseRule(rule: string, context: RuleContext): ParsedRule {
  const tokens = tokenize(rule);
  const problems: RuleProblem[] = [];
  const conditions: Condition[] = [];
  if (tokens.length === 0) {
    problems.push({
      severity: "error",
      message: `Empty rule: expected ${expectedWords(context.words)}`,
      offset: 0,
      length: rule.length,
    });
  }
  const heads: Token[] = [];
  for (let at = 0; at < tokens.length;) {
    const word = tokens[at]!;
    const count = valueTokens(word, context.words.own);
    const values = tokens.slice(at + 1, at + 1 + count);
    const more = listGoesOn(word, tokens.slice(at + 1 + count), {
      values,
      words: context.words,
    });
    const result = more.length > 0
      ? { problem: spacedList(word, [...values, ...more]) }
      : parseCondition(word, values, count, context);
    at += 1 + count + more.length;
    if (result.problem !== undefined) problems.push(result.problem);
    if (result.condition !== undefined) {
      conditions.push(result.condition);
      heads.push(word);
    }
  }
  if (heads.length > 0 && !problems.some(isError)) {
    for (
      const { index, ...found } of ruleFindings(conditions, context.prover)
    ) {
      const { offset, text } = heads[index]!;
      problems.push({ ...found, offset, length: text.length });
    }
  }
  const text = tokens.map((token) => token.text).join(" ");
  return { text, conditions, problems };
}

function tokenize(rule: string): Token[] {
  return [...rule.matchAll(/\S+/g)].map((found) => ({
    text: found[0],
    offset: found.index,
  }));
}

/** A word without its `!`. */
function bareWord({ text }: Token): string {
  return text.startsWith("!") ? text.slice(1) : text;
}

/** How many tokens the value of a word has. */
function valueTokens(word: Token, own: RuleGrammar): number {
  const name = bareWord(word);
  const known = Object.hasOwn(own, name) ? own[name] : undefined;
  return known?.flag === true ? 0 : known?.tokens ?? 1;
}

/**
 * The tokens that a list goes on with behind a space: `a.example, b.example`.
 */
function listGoesOn(
  word: Token,
  rest: readonly Token[],
  { values, words }: { values: readonly Token[]; words: Words },
): Token[] {
  const name = bareWord(word);
  const isList = Object.hasOwn(words.common, name) ||
    Object.hasOwn(words.own, name) && words.own[name]!.kind === "host";
  const more: Token[] = [];
  let last = values.at(-1)?.text ?? "";
  for (const token of isList ? rest : []) {
    const joined = last.endsWith(",") || token.text.startsWith(",");
    if (!joined || hasWord(words, bareWord(token))) break;
    more.push(token);
    last = token.text;
  }
  return more;
}

function spacedList(word: Token, values: readonly Token[]): RuleProblem {
  const texts = values.map(({ text }) => text);
  const found = JSON.stringify(texts.join(" "));
  return across(
    values,
    `Invalid value of "${word.text}": found ${found}, expected a list without spaces${
      meant(texts.join(""))
    }`,
  );
}

/** A condition with what is doubtful in it, or what is wrong. */
interface Parsed {
  readonly condition?: Condition;
  readonly problem?: RuleProblem;
}

function isError({ severity }: RuleProblem): boolean {
  return severity === "error";
}

function parseCondition(
  word: Token,
  values: readonly Token[],
  count: number,
  context: RuleContext,
): Parsed {
  const { words } = context;
  const name = bareWord(word);
  if (!hasWord(words, name)) return { problem: unknownWord(word, context) };
  if (values.length < count) {
    const what = count === 1 ? "no value" : `fewer than ${count} values`;
    return {
      problem: problem(
        word,
        `Rule word "${word.text}" has ${what}: expected "${word.text} ${
          exampleOf(name, words)
        }"`,
      ),
    };
  }
  const value = values.map(({ text }) => text).join(" ");
  const negated = word.text !== name;
  const read = readCondition({ word: name, value, negated }, words);
  if (!read.ok) return { problem: invalidValue(word, values, read) };
  const { condition, remark } = read;
  if (remark === undefined) return { condition };
  const message = `Value ${JSON.stringify(value)} of "${word.text}": ${remark}`;
  return {
    condition,
    problem: { ...across(values, message), severity: "warning" },
  };
}

function invalidValue(
  word: Token,
  values: readonly Token[],
  { expected, suggestion, unknown }: Extract<ReadCondition, { ok: false }>,
): RuleProblem {
  const name = bareWord(word);
  const value = values.map(({ text }) => text).join(" ");
  let guess = unknown === undefined
    ? ""
    : didYouMean(unknown.found, unknown.names);
  if (suggestion !== undefined) guess = meant(suggestion);
  else if (value.startsWith("!") && word.text === name) {
    guess = meant(`!${name} ${value.slice(1)}`);
  }
  return across(
    values,
    `Invalid value of "${word.text}": found ${
      JSON.stringify(value)
    }, expected ${expected}${guess}`,
  );
}

function meant(text: string): string {
  return ` (did you mean ${JSON.stringify(text)}?)`;
}

function unknownWord(
  word: Token,
  { protocol, words }: RuleContext,
): RuleProblem {
  const name = bareWord(word);
  if (name === CATCHALL) {
    return problem(
      word,
      `"${CATCHALL}" stands alone: it takes no value and no condition`,
    );
  }
  const names = [...wordNames(words), CATCHALL];
  const bang = name === word.text ? "" : "!";
  let guess = didYouMean(word.text, names.map((each) => bang + each));
  const host = Object.keys(words.own).find((each) =>
    words.own[each]!.kind === "host"
  );
  if (guess === "" && host !== undefined && name.includes(".")) {
    guess = meant(`${bang}${host} ${name}`);
  }
  return problem(
    word,
    `Unknown rule word ${JSON.stringify(word.text)} of ${protocol}: expected ${
      orList(names)
    }${guess}`,
  );
}

function exampleOf(word: string, { own, common }: Words): string {
  const words: Readonly<Record<string, { readonly example: string }>> = {
    ...own,
    ...common,
  };
  return words[word]!.example;
}

function expectedWords(words: Words): string {
  return orList([
    ...wordNames(words).map((word) =>
      JSON.stringify(`${word} ${exampleOf(word, words)}`.trim())
    ),
    `"${CATCHALL}"`,
  ]);
}

/** A problem of all words of a value. */
function across(values: readonly Token[], message: string): RuleProblem {
  const last = values.at(-1)!;
  return {
    ...problem(values[0]!, message),
    length: last.offset + last.text.length - values[0]!.offset,
  };
}

function problem(token: Token, message: string): RuleProblem {
  const { offset, text } = token;
  return { severity: "error", message, offset, length: text.length };
}
