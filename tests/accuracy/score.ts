/** How well the built-in detectors name the connections of a corpus. */
import { assertEquals } from "@std/assert";
import type { Identification } from "../../src/detect/identify.ts";
import type { Case } from "./corpus.ts";
import { compareFacts } from "./facts.ts";
import type { Detection, Named } from "./detection.ts";
import { STREAMS } from "./identify_flow.ts";
import { detectorOf, isFair } from "./labels.ts";

/** What is counted for each protocol. */
export interface ProtocolScore {
  /** The detector. */
  readonly protocol: string;
  /** Fair flows of this protocol: see `isFair`. */
  flows: number;
  /** Those of them that matched. */
  matched: number;
  /** Those that were named but called broken, so that no rule takes them. */
  broken: number;
  /** Unambiguous flows of this protocol that were named so. */
  right: number;
  /** Unambiguous flows of another protocol that were named so. */
  wrong: number;
}

/** How often a fact was what the dissectors saw. */
export interface FactScore {
  readonly protocol: string;
  readonly fact: string;
  /** Flows in which it could be compared. */
  flows: number;
  exact: number;
}

/** A flow that was named otherwise than it is labelled. */
export interface Oddity {
  readonly id: string;
  /** The label; `null`: nobody named it. */
  readonly label: string | null;
  /** What it was named; `null`: nothing. */
  readonly name: string | null;
  /** What was called broken in it. */
  readonly broken: string | null;
}

/** How well the detectors name the connections of a corpus. */
export interface Score {
  /** All flows of the transport. */
  readonly flows: number;
  /** Those whose label is not in doubt, of whatever protocol. */
  readonly unambiguous: number;
  /** Those of protocols with a detector, in the order of the detectors. */
  readonly protocols: readonly ProtocolScore[];
  readonly facts: readonly FactScore[];
  /** Fair flows that were not named at all, or otherwise. */
  readonly missed: readonly Oddity[];
  /** Fair flows that were named but called broken. */
  readonly broken: readonly Oddity[];
  /** Unambiguous flows that were named otherwise than they are labelled. */
  readonly wrong: readonly Oddity[];
  /** Unambiguous flows that were named though no dissector did. */
  readonly unlabelled: readonly Oddity[];
  /** `id (fact)` of the facts that are not what the dissectors saw. */
  readonly inexact: readonly string[];
  /** Flows whose outcome depends on how the bytes were cut. */
  readonly differences: readonly string[];
}

/** A {@linkcode Score} while it is made. */
interface Draft {
  readonly protocols: Map<string, ProtocolScore>;
  readonly facts: Map<string, FactScore>;
  readonly missed: Oddity[];
  readonly broken: Oddity[];
  readonly wrong: Oddity[];
  readonly unlabelled: Oddity[];
  readonly inexact: string[];
}

/** Scores the detectors by the flows of a corpus. */
export function score(
  flows: readonly Case[],
  detection: Detection = STREAMS,
): Score {
  const draft: Draft = {
    protocols: new Map(detection.names.map((name) => [name, blank(name)])),
    facts: new Map(),
    missed: [],
    broken: [],
    wrong: [],
    unlabelled: [],
    inexact: [],
  };
  const unambiguous = flows.filter(({ ambiguous }) => ambiguous !== true);
  for (const flow of unambiguous) count(draft, flow, detection.name(flow));
  return {
    ...draft,
    flows: flows.length,
    unambiguous: unambiguous.length,
    protocols: [...draft.protocols.values()]
      .filter(({ flows, right, wrong }) => flows + right + wrong > 0),
    facts: [...draft.facts.values()],
    differences: flows.filter((flow) => differ(detection.outcomes(flow)))
      .map(({ id }) => id),
  };
}

function blank(protocol: string): ProtocolScore {
  return { protocol, flows: 0, matched: 0, broken: 0, right: 0, wrong: 0 };
}

function count(draft: Draft, flow: Case, named: Named): void {
  const detector = detectorOf(flow);
  const { name, broken } = named;
  const oddity = { id: flow.id, label: flow.expect.protocol, name, broken };
  if (detector !== null && isFair(flow)) countFair(draft, detector, oddity);
  if (name === null) return;
  if (name === detector) {
    draft.protocols.get(name)!.right++;
    if (broken === null) countFacts(draft, flow, named);
  } else if (flow.expect.protocol === null) draft.unlabelled.push(oddity);
  else {
    draft.protocols.get(name)!.wrong++;
    draft.wrong.push(oddity);
  }
}

function countFair(draft: Draft, detector: string, oddity: Oddity): void {
  const score = draft.protocols.get(detector)!;
  score.flows++;
  if (oddity.name !== detector) draft.missed.push(oddity);
  else if (oddity.broken === null) score.matched++;
  else {
    score.broken++;
    draft.broken.push(oddity);
  }
}

function countFacts(draft: Draft, flow: Case, { name, facts }: Named): void {
  for (const [fact, isExact] of compareFacts(flow, facts)) {
    const key = `${name} ${fact}`;
    const score = draft.facts.get(key) ??
      { protocol: name!, fact, flows: 0, exact: 0 };
    draft.facts.set(key, score);
    score.flows++;
    if (isExact) score.exact++;
    else draft.inexact.push(`${flow.id} (${fact})`);
  }
}

function differ([first, ...others]: readonly Identification[]): boolean {
  try {
    for (const other of others) assertEquals(other, first);
    return false;
  } catch {
    return true;
  }
}
