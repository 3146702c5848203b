/**
 * Explanations for who is not at the machine.
 *
 * @module
 */
import type { Facts, FactValue } from "../detect/detector.ts";
import type { ListenerContext } from "../explain/context.ts";
import type { LostRule } from "../explain/rule_tests.ts";
import type { ExplainedVerdict, Explanation } from "../explain/explain_flow.ts";
import { isSecretFact } from "../observe/shown_facts.ts";

/** What stands in the place of a secret. */
const NOT_SHOWN = "(not shown)";

/**
 * An explanation without the facts that the log does not show either: neither
 * among what detectors have learnt nor where a rule says what it found.
 */
export function withoutSecrets(
  explanation: Explanation,
  listener: ListenerContext,
): Explanation {
  const { facts, verdicts, decision } = explanation;
  const words = secretWords(listener);
  return {
    ...explanation,
    facts: openFacts(facts),
    verdicts: verdicts.map(openVerdict),
    decision: decision && {
      ...decision,
      lost: decision.lost.map((lost) => openLost(lost, words)),
    },
  };
}

function openFacts(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).filter(([fact]) => !isSecretFact(fact)),
  );
}

function openVerdict(explained: ExplainedVerdict): ExplainedVerdict {
  const { verdict } = explained;
  return verdict.kind !== "match" ? explained : {
    ...explained,
    verdict: { ...verdict, facts: openFacts(verdict.facts) },
  };
}

function openLost(lost: LostRule, words: ReadonlySet<string>): LostRule {
  const { failed } = lost;
  return failed === null || isNothing(failed.found) || !words.has(failed.word)
    ? lost
    : { ...lost, failed: { ...failed, found: NOT_SHOWN } };
}

/** That a header is missing is no secret. */
function isNothing(found: FactValue | null): boolean {
  return found === null || (Array.isArray(found) && found.length === 0);
}

/** The rule words that ask for secret facts. */
function secretWords({ ranked }: ListenerContext): Set<string> {
  const words = new Set<string>();
  for (const { conditions } of ranked.flat()) {
    for (const condition of conditions) {
      if (condition.kind === "fact" && isSecretFact(condition.fact)) {
        words.add(condition.word);
      }
    }
  }
  return words;
}
