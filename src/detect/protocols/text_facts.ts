/**
 * Names that clients give as text, as facts and as words of rules.
 *
 * @module
 */
import type { DetectState, Verdict } from "../detector.ts";
import { malformed, match } from "../detector.ts";
import { certain, doubt, type Draft, learn, type Learnt } from "../learnt.ts";
import { type RuleWord, textWord } from "../rule_grammar.ts";
import { hasControl } from "./client_text.ts";

/** Printable, without spaces and `*`. */
const NAME = /^[\x21-\x29\x2b-\x7e\xa1-\uffff]*$/;

/** A rule word for such a name, compared letter by letter. */
export function nameWord(fact: string, example: string): RuleWord {
  return textWord(fact, {
    pattern: NAME,
    expected: `a text without spaces, such as "${example}" or "${example}*"`,
  }, { example });
}

/**
 * A match with names.
 *
 * @param texts By fact. Absent or empty: the client gave none. One with a
 * control character is in doubt: no rule may be decided by it.
 */
export function matchTexts(
  texts: Readonly<Record<string, string | undefined>>,
  state: DetectState,
): Verdict {
  return matchLearnt(
    Object.entries(texts).map(([fact, text]) => [fact, readName(fact, text)]),
    state,
  );
}

/** A match with facts of which some may be in doubt. */
export function matchLearnt(
  learnt: readonly (readonly [fact: string, Learnt])[],
  state: DetectState,
): Verdict {
  const facts: Draft = {};
  for (const [fact, each] of learnt) {
    const why = learn(facts, fact, each, state);
    if (why !== null) return malformed(why);
  }
  return match(facts);
}

/** A name that may be absent or empty. */
export function readName(fact: string, text: string | undefined): Learnt {
  if (text === undefined || text === "") return certain(undefined);
  const what = fact.replaceAll("_", " ");
  return hasControl(text)
    ? doubt(`the ${what} contains a control byte`)
    : certain(text);
}
