/**
 * Rules as the config spells them: `"SNI example.com ALPN h2"`.
 *
 * @module
 */
import {
  type Condition,
  type ReadCondition,
  readCondition,
  wordNames,
  type Words,
} from "../rule/condition.ts";
import { alternativeCount } from "../rule/condition_size.ts";
import type { Prover } from "../rule/implication.ts";
import { didYouMean, MAX_ERRORS, orList, quoted } from "./diagnostics.ts";
import { ruleFindings } from "./rule_lint.ts";
import {
  across,
  bareWord,
  CATCHALL,
  exampleOf,
  isWord,
  meant,
  problem,
  type RuleContext,
  type RuleProblem,
  takesList,
  textOf,
  type Token,
  tokenize,
  valueTokens,
} from "./rule_tokens.ts";
import { unknownWord } from "./unknown_word.ts";

/** A rule that was read; it is good when no problem is an error. */
export interface ParsedRule {
  /** The rule with white space folded. */
  readonly text: string;
  readonly conditions: readonly Condition[];
  readonly problems: readonly RuleProblem[];
}

/** A condition with what is doubtful in it, or what is wrong. */
interface Parsed {
  readonly condition?: Condition;
  readonly problem?: RuleProblem;
  /** How many tokens it has. */
  readonly count: number;
}

/** Most rules that one with several lists of hosts may stand for. */
const MAX_ALTERNATIVES = 10_000;

/**
 * Most characters of conditions of all rules that one with a list of hosts stands
 * for: each has the conditions beside the list.
 */
const MAX_REPEATED = 100_000_000;

/** Most tokens that are looked at to say what an unknown word was meant to be. */
const MAX_LOOKED_AT = 8;

/** Parses a rule other than `CATCHALL`. */
export function parseRule(
  rule: string,
  context: RuleContext & { readonly prover: Prover },
): ParsedRule {
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
  let bad = 0;
  for (let at = 0; at < tokens.length && bad < MAX_ERRORS;) {
    const parsed = parseCondition(tokens, at, context);
    if (parsed.problem !== undefined) problems.push(parsed.problem);
    if (parsed.condition === undefined) bad++;
    else {
      conditions.push(parsed.condition);
      heads.push(tokens[at]!);
    }
    at += parsed.count;
  }
  const count = alternativeCount(conditions);
  if (count > MAX_ALTERNATIVES && hasSeveralLists(conditions)) {
    problems.push({
      severity: "error",
      message:
        `The rule stands for ${count} rules, one for each pair of hosts: expected at most ${MAX_ALTERNATIVES}`,
      offset: 0,
      length: rule.length,
    });
  }
  const repeated = count * charactersBeside(conditions);
  if (count > 1 && repeated > MAX_REPEATED) {
    problems.push({
      severity: "error",
      message:
        `The rule stands for ${count} rules, one for each host: expected fewer hosts, or shorter conditions beside them`,
      offset: 0,
      length: rule.length,
    });
  }
  if (heads.length > 0 && !problems.some(isError)) {
    for (
      const { index, ...found } of ruleFindings(conditions, context.prover)
    ) {
      const { offset, text } = heads[index]!;
      problems.push({ ...found, offset, length: text.length });
    }
  }
  return { text: textOf(tokens), conditions, problems };
}

function hasSeveralLists(conditions: readonly Condition[]): boolean {
  const lists = conditions.filter((one) => alternativeCount([one]) > 1);
  return lists.length > 1;
}

/** How many characters the conditions have that are no lists of hosts. */
function charactersBeside(conditions: readonly Condition[]): number {
  return conditions.filter((one) => alternativeCount([one]) === 1)
    .reduce((sum, { word, value }) => sum + word.length + value.length, 0);
}

function isError({ severity }: RuleProblem): boolean {
  return severity === "error";
}

/** @param at Where in the rule the condition begins. */
function parseCondition(
  tokens: readonly Token[],
  at: number,
  context: RuleContext,
): Parsed {
  const { words } = context;
  const word = tokens[at]!;
  if (!isWord(word, words)) {
    return unknownWord(tokens.slice(at, at + MAX_LOOKED_AT), context);
  }
  const wanted = valueTokens(word, words);
  const values = tokens.slice(at + 1, at + 1 + wanted);
  const more = listAt(tokens, at + 1, { word, words });
  if (more.length > 1) {
    return { problem: spacedList(word, more), count: 1 + more.length };
  }
  return values.length < wanted
    ? { problem: noValue(word, wanted, words), count: tokens.length }
    : { ...readValue(word, values, words), count: 1 + wanted };
}

/** The tokens of a list with spaces: `a.example, b.example`. */
function listAt(
  tokens: readonly Token[],
  begin: number,
  { word, words }: { readonly word: Token; readonly words: Words },
): readonly Token[] {
  if (!takesList(word, words)) return [];
  let end = begin + 1;
  for (; end < tokens.length; end++) {
    const joined = tokens[end - 1]!.text.endsWith(",") ||
      tokens[end]!.text.startsWith(",");
    if (!joined || isWord(tokens[end]!, words)) break;
  }
  return tokens.slice(begin, end);
}

function spacedList(word: Token, values: readonly Token[]): RuleProblem {
  const joined = values.map(({ text }) => text).join("");
  return across(
    values,
    `Invalid value of "${word.text}": found ${
      quoted(textOf(values))
    }, expected a list without spaces${meant(joined)}`,
  );
}

function noValue(word: Token, wanted: number, words: Words): RuleProblem {
  const what = wanted === 1 ? "no value" : `fewer than ${wanted} values`;
  return problem(
    word,
    `Rule word "${word.text}" has ${what}: expected "${word.text} ${
      exampleOf(bareWord(word), words)
    }"`,
  );
}

function readValue(
  word: Token,
  values: readonly Token[],
  words: Words,
): Omit<Parsed, "count"> {
  const value = textOf(values);
  const name = bareWord(word);
  const negated = word.text !== name;
  const read = readCondition({ word: name, value, negated }, words);
  if (!read.ok) return { problem: invalidValue(word, values, read) };
  const { condition, remark } = read;
  if (remark === undefined) return { condition };
  const message = `Value ${quoted(value)} of "${word.text}": ${remark}`;
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
  const value = textOf(values);
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
      quoted(value)
    }, expected ${expected}${guess}`,
  );
}

function expectedWords(words: Words): string {
  return orList([
    ...wordNames(words).map((word) =>
      quoted(`${word} ${exampleOf(word, words)}`.trim())
    ),
    `"${CATCHALL}"`,
  ]);
}
