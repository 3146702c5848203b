/**
 * Findings about the protocols of a listener: those that can never win, and an
 * order in which clients wait.
 *
 * @module
 */
import { type DeclaredDetector, parseBytes } from "../detect/declared.ts";
import type { Detector } from "../detect/detector.ts";
import type { Registry } from "../detect/registry.ts";
import { commonWords } from "../rule/common_words.ts";
import { neededFacts, readConditions } from "../rule/condition.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { ListenerPlan, Plan, ProtocolPlan } from "./plan.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";

/** What a client of a protocol may send, before it waits for an answer. */
interface Opening {
  readonly protocol: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Openings that are whole for one protocol and a beginning for another. A
 * greeting of SOCKS 5 with one method is the only one known (RFC 1928 §3).
 */
const OPENINGS: readonly Opening[] = [{
  protocol: "SOCKS",
  bytes: Uint8Array.of(5, 1, 0),
  text: "a SOCKS 5 client that sends 05 01 00",
}];

/** A protocol of a listener with what finds it. */
interface Listed {
  readonly plan: ProtocolPlan;
  readonly detector: Detector;
  readonly declared: DeclaredDetector | undefined;
  readonly key: JsonNode;
}

/** Checks the protocols of each listener against those before them. */
export function lintProtocols(
  root: JsonNode,
  plan: Pick<Plan, "listeners" | "detectors">,
  registry: Registry,
): Diagnostic[] {
  const servers = properties(property(root, "servers")?.value);
  return plan.listeners.flatMap((listener, index) => {
    // Detectors of datagrams wait for no byte of another one.
    if (listener.transport === "udp") return [];
    const listed = listedOf(servers[index]!, listener, {
      registry,
      detectors: plan.detectors,
    });
    return listed.flatMap((protocol, place) => {
      const before = listed.slice(0, place);
      return [
        ...beyondPeek(protocol, listener),
        ...claimed(protocol, before),
        ...keptWaiting(protocol, before),
      ];
    });
  });
}

function listedOf(
  server: Property,
  { protocols }: ListenerPlan,
  known: { registry: Registry; detectors: readonly DeclaredDetector[] },
): Listed[] {
  const entries = properties(server.value);
  return protocols.map((plan) => ({
    plan,
    detector: known.registry.get(plan.protocol)!,
    declared: known.detectors.find(({ name }) => name === plan.protocol),
    key: entries.find(({ name }) => name === plan.protocol)!.key,
  }));
}

/**
 * A declared detector by bytes that end behind the peek buffer. It says `more`
 * until the buffer is full, which then counts as `no`.
 */
function beyondPeek(
  { declared, detector, key, plan }: Listed,
  { maxPeekBytes }: ListenerPlan,
): Diagnostic[] {
  // An expression may match before its last byte.
  if (declared === undefined || declared.regex !== undefined) return [];
  if (detector.maxBytes <= maxPeekBytes) return [];
  return [{
    severity: "warning",
    message:
      `${plan.protocol} can never match: it needs ${detector.maxBytes} bytes, and "max_peek" is ${maxPeekBytes}`,
    span: spanOf(key),
  }];
}

/**
 * A declared detector whose every opening one before it takes. That one matches
 * the bytes that this one asks for and nothing else, and a detector that has
 * matched matches whatever follows; so this one never comes first.
 */
function claimed(
  { declared, plan, key }: Listed,
  before: readonly Listed[],
): Diagnostic[] {
  if (declared === undefined || declared.regex !== undefined) return [];
  const by = before.find((earlier) =>
    isWholeView(declared)
      ? alwaysMatches(earlier, bytesOf(declared))
      : earlier.declared !== undefined &&
        asksForNoMore(earlier.declared, declared)
  );
  if (by === undefined) return [];
  return [{
    severity: "warning",
    message:
      `${plan.protocol} can never win: ${by.plan.protocol} is before it and matches everything that it matches`,
    span: spanOf(key),
    related: { message: "shadowed by the protocol here", span: spanOf(by.key) },
  }];
}

/** Whether the bytes that are asked for are the first ones. */
function isWholeView({ prefix, offset = 0 }: DeclaredDetector): boolean {
  return prefix !== undefined || offset === 0;
}

function bytesOf({ prefix, bytes }: DeclaredDetector): Uint8Array {
  return parseBytes(prefix ?? bytes ?? "");
}

function alwaysMatches(listed: Listed, view: Uint8Array): boolean {
  const needs = needsOf(listed);
  return [false, true].every((ended) =>
    listed.detector.detect(view, { ended, needs }).kind === "match"
  );
}

function needsOf({ plan, detector }: Listed): Set<string> {
  const words = { own: detector.rules, common: commonWords() };
  return neededFacts(
    plan.rules.flatMap(({ conditions }) => readConditions(conditions, words)),
  );
}

/** Whether all bytes that one asks for are among those of another, alike. */
function asksForNoMore(one: DeclaredDetector, other: DeclaredDetector) {
  if (one.regex !== undefined) return false;
  const wanted = bytesOf(one);
  const given = bytesOf(other);
  const shift = (one.offset ?? 0) - (other.offset ?? 0);
  return shift >= 0 &&
    wanted.every((byte, i) => byte === given[shift + i]);
}

/**
 * A client that has said all, behind a detector that cannot tell yet: it waits
 * for an answer, and passthru for its bytes, until the timeout.
 */
function keptWaiting(
  { plan: { protocol }, detector, key }: Listed,
  before: readonly Listed[],
): Diagnostic[] {
  return OPENINGS.filter((opening) =>
    opening.protocol === protocol &&
    detector.detect(opening.bytes, { ended: false }).kind === "match"
  ).flatMap(({ bytes, text }) =>
    before.filter((earlier) => {
      const needs = needsOf(earlier);
      return earlier.detector.detect(bytes, { ended: false, needs }).kind ===
        "more";
    }).map((earlier) => ({
      severity: "warning",
      message:
        `${protocol} should be before ${earlier.plan.protocol}: ${text} waits for the detection timeout, since ${earlier.plan.protocol} needs more bytes`,
      span: spanOf(earlier.key),
      related: { message: `${protocol} is here`, span: spanOf(key) },
    }))
  );
}
