/**
 * What a connection is explained by: the detectors alone, or a listener of a
 * config.
 *
 * @module
 */
import {
  type ListenerPlan,
  MAX_PEEK_BYTES,
  type RulePlan,
} from "../config/plan.ts";
import type {
  DatagramDetector,
  Datagrams,
  Detector,
} from "../detect/detector.ts";
import type { Candidate } from "../detect/identify.ts";
import type { Registry } from "../detect/registry.ts";
import { Router } from "../proxy/router.ts";
import { commonWords } from "../rule/common_words.ts";
import { type RankedRule, rankRules } from "../rule/rank.ts";

/** What a connection is explained by. */
export interface ExplainContext {
  /** The detectors, in the order in which they are asked. */
  readonly candidates: readonly Candidate[];
  /** Those for datagrams. */
  readonly datagramCandidates: readonly Candidate<Datagrams>[];
  /** Most bytes that are peeked at. */
  readonly maxPeekBytes: number;
  /** `null` without a config. */
  readonly listener: ListenerContext | null;
}

/** A listener of a config. */
export interface ListenerContext {
  readonly router: Pick<
    Router,
    "route" | "catchall" | "routeSilent" | "atOnce"
  >;
  readonly plan: ListenerPlan;
  /** The rules of each candidate, in the order in which they are tried. */
  readonly ranked: readonly (readonly RankedRule<RulePlan>[])[];
}

/** Every fact there is. */
class EveryFact extends Set<string> {
  override has(): boolean {
    return true;
  }
}

const EVERY_FACT: ReadonlySet<string> = new EveryFact();

/** Explains by detectors that want all facts. */
export function detectorsContext(
  detectors: readonly Detector[],
  datagramDetectors: readonly DatagramDetector[] = [],
): ExplainContext {
  const needs = EVERY_FACT;
  return {
    candidates: detectors.map((detector) => ({ detector, needs })),
    datagramCandidates: datagramDetectors.map((detector) => ({
      detector,
      needs,
    })),
    maxPeekBytes: MAX_PEEK_BYTES,
    listener: null,
  };
}

/** Explains as a listener would decide. */
export function listenerContext(
  plan: ListenerPlan,
  registry: Registry,
): ExplainContext {
  const common = commonWords();
  const ranked = plan.protocols.map(({ protocol, rules }) => {
    const transport = plan.transport ?? "tcp";
    const own = registry.getFor(transport, protocol)!.rules;
    return rankRules(rules, { own, common });
  });
  const { maxPeekBytes } = plan;
  if (plan.transport === "udp") {
    const router = new Router<Datagrams>(plan, registry);
    return {
      candidates: [],
      datagramCandidates: router.candidates,
      maxPeekBytes,
      listener: { router, plan, ranked },
    };
  }
  const router = new Router(plan, registry);
  return {
    candidates: router.candidates,
    datagramCandidates: registry.datagramDetectors.map((detector) => ({
      detector,
      needs: EVERY_FACT,
    })),
    maxPeekBytes,
    listener: { router, plan, ranked },
  };
}
