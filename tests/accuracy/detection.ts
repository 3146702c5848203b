/** How the detectors of a transport are asked about a flow of a corpus. */
import type { Facts } from "../../src/detect/detector.ts";
import type { Identification } from "../../src/detect/identify.ts";
import type { Case } from "./corpus.ts";

/** The detectors of a transport, and how they are shown a flow. */
export interface Detection {
  /** What a flow is called: `TCP connections`. */
  readonly flows: string;
  /** Names of the detectors, in their order. */
  readonly names: readonly string[];
  /** What is said of a flow. */
  name(flow: Case): Named;
  /** What comes of showing it in several ways, which must be the same. */
  outcomes(flow: Case): readonly Identification[];
}

/** What was said of a flow. */
export interface Named {
  /** The detector that matched or called the bytes broken; `null`: none did. */
  readonly name: string | null;
  /** What is broken; `null`: nothing. No rule takes such a flow. */
  readonly broken: string | null;
  /** What was learnt; empty where it is broken. */
  readonly facts: Facts;
}

const NO_FACTS: Facts = Object.freeze({});

/** Something that has been asked by the order of its candidates. */
interface Asked {
  readonly verdicts: readonly ({ readonly kind: string } | undefined)[];
}

/** What an identification and the verdicts behind it come to. */
export function namedBy(
  found: Identification,
  { verdicts }: Asked,
  names: readonly string[],
): Named {
  if (found.kind === "identified") {
    return { name: names[found.index]!, broken: null, facts: found.facts };
  }
  for (const [index, verdict] of verdicts.entries()) {
    if (verdict?.kind === "malformed" && "why" in verdict) {
      const broken = String(verdict.why);
      return { name: names[index]!, broken, facts: NO_FACTS };
    }
  }
  return { name: null, broken: null, facts: NO_FACTS };
}
