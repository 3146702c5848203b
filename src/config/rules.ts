/**
 * Rules as the config spells them: `"SNI example.com ALPN h2"`.
 *
 * @module
 */
import type { Matcher, RuleGrammar, RuleWord } from "../detect/rule_grammar.ts";
import { didYouMean, orList } from "./diagnostics.ts";
import type { ConditionPlan } from "./plan.ts";

/** The rule that takes what no other rule takes. */
export const CATCHALL = "CATCHALL";

/** Something wrong in a rule, and where in its text. */
export interface RuleProblem {
  readonly message: string;
  /** Place in the rule's text. */
  readonly offset: number;
  readonly length: number;
}

/** A condition with its matcher. */
export interface ParsedCondition extends ConditionPlan {
  readonly matcher: Matcher;
}

/** A rule that was read; it is good when there are no problems. */
export interface ParsedRule {
  /** The rule with white space folded. */
  readonly text: string;
  readonly conditions: readonly ParsedCondition[];
  readonly problems: readonly RuleProblem[];
}

interface Token {
  readonly text: string;
  readonly offset: number;
}

/**
 * Parses a rule other than `CATCHALL`.
 *
 * @param protocol Name of the detector, for messages.
 */
export function parseRule(
  rule: string,
  protocol: string,
  grammar: RuleGrammar,
): ParsedRule {
  const tokens = tokenize(rule);
  const problems: RuleProblem[] = [];
  const conditions: ParsedCondition[] = [];
  if (tokens.length === 0) {
    problems.push({
      message: `Empty rule: expected ${expectedWords(grammar)}`,
      offset: 0,
      length: rule.length,
    });
  }
  const words: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i]!;
    const flag = wordOf(grammar, word)?.flag === true;
    const result = parseCondition(
      word,
      flag ? EMPTY : tokens[++i],
      protocol,
      grammar,
    );
    if ("message" in result) problems.push(result);
    else {
      conditions.push(result);
      words.push(word);
    }
  }
  if (problems.length === 0) {
    problems.push(...contradictions(words, conditions, grammar));
  }
  const text = tokens.map((token) => token.text).join(" ");
  return { text, conditions, problems };
}

/**
 * What makes two rules the same: their conditions, normalised, in any order.
 */
export function ruleIdentity(conditions: readonly ParsedCondition[]): string {
  return conditions
    .map(({ word, matcher }) => `${word} ${matcher.form} ${matcher.value}`)
    .sort().join("\n");
}

function tokenize(rule: string): Token[] {
  return [...rule.matchAll(/\S+/g)].map((found) => ({
    text: found[0],
    offset: found.index,
  }));
}

/** The value of a word that stands alone. */
const EMPTY: Token = { text: "", offset: 0 };

function wordOf(grammar: RuleGrammar, { text }: Token): RuleWord | undefined {
  return Object.hasOwn(grammar, text) ? grammar[text] : undefined;
}

function parseCondition(
  word: Token,
  value: Token | undefined,
  protocol: string,
  grammar: RuleGrammar,
): ParsedCondition | RuleProblem {
  const known = wordOf(grammar, word);
  if (known === undefined) return unknownWord(word, protocol, grammar);
  if (value === undefined) {
    return problem(
      word,
      `Rule word "${word.text}" has no value: expected "${word.text} ${known.example}"`,
    );
  }
  const parsed = known.parse(value.text);
  if (!parsed.ok) {
    const guess = parsed.suggestion === undefined
      ? ""
      : ` (did you mean ${JSON.stringify(parsed.suggestion)}?)`;
    return problem(
      value,
      `Invalid value of "${word.text}": found ${
        JSON.stringify(value.text)
      }, expected ${parsed.expected}${guess}`,
    );
  }
  return { word: word.text, value: value.text, matcher: parsed.matcher };
}

function unknownWord(
  word: Token,
  protocol: string,
  grammar: RuleGrammar,
): RuleProblem {
  if (word.text === CATCHALL) {
    return problem(
      word,
      `"${CATCHALL}" stands alone: it takes no value and no condition`,
    );
  }
  const words = [...Object.keys(grammar), CATCHALL];
  let guess = didYouMean(word.text, words);
  const host = Object.keys(grammar).find((name) =>
    grammar[name]!.kind === "host"
  );
  if (guess === "" && host !== undefined && word.text.includes(".")) {
    guess = ` (did you mean ${JSON.stringify(`${host} ${word.text}`)}?)`;
  }
  return problem(
    word,
    `Unknown rule word ${JSON.stringify(word.text)} of ${protocol}: expected ${
      orList(words)
    }${guess}`,
  );
}

/** Words given twice that a connection has only one value for. */
function contradictions(
  words: readonly Token[],
  conditions: readonly ParsedCondition[],
  grammar: RuleGrammar,
): RuleProblem[] {
  const problems: RuleProblem[] = [];
  conditions.forEach(({ word }, index) => {
    const first = conditions.findIndex((other) => other.word === word);
    if (first === index || grammar[word]!.many) return;
    problems.push(problem(
      words[index]!,
      `Rule can never match: a connection has only one ${word}, the rule asks for two`,
    ));
  });
  return problems;
}

function expectedWords(grammar: RuleGrammar): string {
  return orList([
    ...Object.entries(grammar).map(([word, { example }]) =>
      JSON.stringify(`${word} ${example}`.trim())
    ),
    `"${CATCHALL}"`,
  ]);
}

function problem(token: Token, message: string): RuleProblem {
  return { message, offset: token.offset, length: token.text.length };
}
