/**
 * What is said of a word that the rules of a protocol do not have.
 *
 * @module
 */
import { wordNames, type Words } from "../rule/condition.ts";
import { didYouMean, orList, quoted } from "./diagnostics.ts";
import {
  across,
  bareWord,
  CATCHALL,
  exampleOf,
  hostWordOf,
  isWord,
  meant,
  problem,
  type RuleContext,
  type RuleProblem,
  textOf,
  type Token,
  valueTokens,
} from "./rule_tokens.ts";

/** What people call the rule that takes the rest. */
const CATCHALL_NAMES = ["*", "ALL", "ANY", "DEFAULT", "ELSE", "FALLBACK"];
/** What people put before a condition that must not hold. */
const NEGATIONS = ["!", "NOT"];
/** What people put between conditions that must all hold. */
const CONJUNCTIONS = ["&", "&&", "AND"];
/** What people put between conditions of which one must hold. */
const DISJUNCTIONS = ["|", "||", "OR"];
/** What other protocols and programs call the host that is asked for. */
const HOST_NAMES = [
  "AUTHORITY",
  "DOMAIN",
  "HOST",
  "HOSTNAME",
  "HOSTSNI",
  "NAME",
  "SERVER",
  "SERVER_NAME",
  "SNI",
];

/** What is wrong, and how many tokens it is about. */
export interface UnknownWord {
  readonly problem: RuleProblem;
  readonly count: number;
}

/**
 * Says what is wrong with an unknown word.
 *
 * @param tokens It, and all behind it. Not empty.
 */
export function unknownWord(
  tokens: readonly Token[],
  context: RuleContext,
): UnknownWord {
  const [word] = tokens as [Token];
  const name = bareWord(word).toUpperCase();
  if (name === CATCHALL && name === bareWord(word)) {
    const message =
      `"${CATCHALL}" stands alone: it takes no value and no condition`;
    return { problem: problem(word, message), count: 2 };
  }
  if (NEGATIONS.includes(word.text.toUpperCase())) {
    const negation = negated(tokens, context.words);
    if (negation !== null) return negation;
  }
  if (CONJUNCTIONS.includes(name)) return { problem: needless(word), count: 1 };
  if (DISJUNCTIONS.includes(name)) {
    return { problem: otherRule(word, context.words), count: 1 };
  }
  return unknown(tokens, context);
}

/** `NOT SNI a.example`: a negation in another spelling. */
function negated(
  tokens: readonly Token[],
  words: Words,
): UnknownWord | null {
  const [, word] = tokens;
  if (word === undefined || !isWord(word, words)) return null;
  const count = 2 + valueTokens(word, words);
  const all = tokens.slice(0, count);
  const values = all.slice(2);
  const opposite = `NO${word.text}`;
  const right = values.length === 0 && Object.hasOwn(words.own, opposite)
    ? opposite
    : `!${textOf(all.slice(1))}`;
  const message = `Unknown rule word ${
    quoted(tokens[0]!.text)
  }: a condition that must not hold begins with "!"${meant(right)}`;
  return { problem: across(all, message), count };
}

function needless(word: Token): RuleProblem {
  return problem(
    word,
    `Unknown rule word ${
      quoted(word.text)
    }: leave it out, all conditions of a rule must hold`,
  );
}

function otherRule(word: Token, words: Words): RuleProblem {
  const host = hostWordOf(words);
  const list = host === undefined
    ? ""
    : `, or a list such as "${host} a.example,b.example"`;
  return problem(
    word,
    `Unknown rule word ${
      quoted(word.text)
    }: expected another rule with the same action${list}`,
  );
}

function unknown(
  tokens: readonly Token[],
  { protocol, words }: RuleContext,
): UnknownWord {
  const [word, value] = tokens as [Token, Token | undefined];
  const names = [...wordNames(words), CATCHALL];
  const { text, count } = guess(word, value, words);
  const bang = word.text.startsWith("!") ? "!" : "";
  const tail = text === null
    ? didYouMean(word.text, names.map((each) => bang + each))
    : meant(bang + text);
  const message = `Unknown rule word ${
    quoted(word.text)
  } of ${protocol}: expected ${orList(names)}${tail}`;
  return { problem: problem(word, message), count };
}

/** What was meant, without a `!`, and how many tokens stand for it. */
function guess(
  word: Token,
  value: Token | undefined,
  words: Words,
): { readonly text: string | null; readonly count: number } {
  const name = bareWord(word);
  const upper = name.toUpperCase();
  const host = hostWordOf(words);
  if (CATCHALL_NAMES.includes(upper)) return { text: CATCHALL, count: 1 };
  const [, left = "", right = ""] = /^(\w+)[=:](.+)$/.exec(name) ?? [];
  if (isWord({ text: left.toUpperCase(), offset: 0 }, words)) {
    return { text: `${left.toUpperCase()} ${right}`, count: 1 };
  }
  if (host === undefined) return { text: null, count: 2 };
  if (HOST_NAMES.includes(upper)) {
    const wanted = value?.text ?? exampleOf(host, words);
    return { text: `${host} ${wanted}`, count: 2 };
  }
  // A host without its word, as long as it is not like a word.
  return name.includes(".") && didYouMean(name, wordNames(words)) === ""
    ? { text: `${host} ${name}`, count: 2 }
    : { text: null, count: 2 };
}
