/**
 * The route of a connection, and why not another one.
 *
 * @module
 */
import type { RoutePlan, RulePlan } from "../config/plan.ts";
import { namedRoutes } from "../config/routes.ts";
import { formatDuration } from "../config/units.ts";
import type { Facts, FactValue } from "../detect/detector.ts";
import type { Identification } from "../detect/identify.ts";
import type { Choice } from "../proxy/choice.ts";
import type { Condition } from "../rule/condition.ts";
import { Connection } from "../rule/connection.ts";
import type { RankedRule } from "../rule/rank.ts";
import type { ListenerContext } from "./context.ts";
import type { Flow, FlowEnd } from "./flow.ts";

/** Where a connection goes. */
export interface Decision {
  /** The detector that matched, `SILENT`, or `null`. */
  readonly protocol: string | null;
  /** The rule and its route; `null`: the connection is closed. */
  readonly choice: Choice | null;
  /** Why this one, for people. */
  readonly why: string;
  /** The other rules that it could have gone by, in the order of trying. */
  readonly lost: readonly LostRule[];
  /** What rules asked for that is not known of it, for people. */
  readonly unknown?: readonly string[];
}

/** A rule that did not win. */
export interface LostRule {
  /** As {@linkcode Choice.rule}. */
  readonly rule: string;
  /** The first condition that does not hold; `null`: another rule was better. */
  readonly failed: FailedCondition | null;
}

/** A condition that does not hold. */
export interface FailedCondition {
  /** The rule word: `SNI`. */
  readonly word: string;
  /** As the config spells it. */
  readonly wanted: string;
  /** There when this is what must not be so. */
  readonly negated?: true;
  /** What the connection has; `null`: nothing. */
  readonly found: FactValue | null;
}

/** What `explain` may not be told, by the kind of condition that asks for it. */
const UNKNOWN = {
  from:
    "the client's address is unknown, so neither FROM nor !FROM matches: give --from",
  time: "the time is unknown, so neither TIME nor !TIME matches: give --at",
} as const;

/** Why bytes decide nothing. */
const AT_ONCE = "the server has no other protocol: joined without a byte";

/**
 * Routes a connection as `Session` does.
 *
 * @param found `null`: the client sent nothing.
 */
export function decideRoute(
  listener: ListenerContext,
  found: Identification | null,
  flow: Pick<Flow, "end" | "from" | "acceptedAt">,
): Decision {
  const { atOnce } = listener.router;
  if (atOnce !== null) return { ...atOnce, why: AT_ONCE, lost: [] };
  if (found === null) return decideSilent(listener, flow.end);
  if (found.kind !== "identified") {
    const choice = listener.router.catchall;
    return {
      protocol: null,
      choice,
      why: choice === null
        ? "no detector matches, and the server has no CATCHALL: closed"
        : "no detector matches",
      lost: [],
    };
  }
  const { index, facts } = found;
  const connection = new Connection(flow.from ?? null, flow.acceptedAt ?? null);
  const choice = listener.router.route(index, facts, connection);
  const tested = testRules(listener, index, { facts, connection });
  const { protocol } = listener.plan.protocols[index]!;
  const taken = takenBy(listener, choice);
  return {
    protocol,
    choice,
    why: whyRule(protocol, choice),
    lost: tested.filter(({ rule }) => !taken.has(rule)),
    unknown: unknownOf(listener.ranked[index]!, connection),
  };
}

/** The rules whose targets get the connection. */
function takenBy(
  { plan }: ListenerContext,
  choice: Choice | null,
): Set<string> {
  if (choice === null) return new Set();
  const all: readonly RoutePlan[] = choice.all ?? [];
  const routes = namedRoutes(plan).filter(({ route }) => all.includes(route));
  return new Set([choice.rule, ...routes.map(({ rule }) => rule)]);
}

/** Says what the rules ask for that is not known. */
function unknownOf(
  rules: readonly RankedRule<unknown>[],
  { client, acceptedAt }: Connection,
): string[] {
  const asked = new Set(
    rules.flatMap(({ conditions }) =>
      conditions.map((c) => c.kind === "common" ? c.common.kind : "")
    ),
  );
  return [
    ...(client === null && asked.has("from") ? [UNKNOWN.from] : []),
    ...(acceptedAt === null && asked.has("time") ? [UNKNOWN.time] : []),
  ];
}

function decideSilent(
  { router, plan }: ListenerContext,
  end: FlowEnd,
): Decision {
  const none = { protocol: null, choice: null, lost: [] };
  if (end === "eof") {
    return { ...none, why: "the client ended without a byte: closed" };
  }
  if (end === "reset") {
    return {
      ...none,
      why: "the client reset the connection without a byte: closed",
    };
  }
  const { protocol, choice } = router.routeSilent();
  const ms = Math.min(plan.silentAfterMs ?? Infinity, plan.detectTimeoutMs);
  const silent = `silent: no byte for ${formatDuration(ms)}`;
  return {
    protocol,
    choice,
    why: choice === null
      ? `${silent}, and no SILENT and no CATCHALL: closed`
      : silent,
    lost: [],
  };
}

function whyRule(protocol: string, choice: Choice | null): string {
  if (choice?.all !== undefined) {
    return "the request does not name its target: it is sent to every possible target";
  }
  switch (choice?.rule) {
    case undefined:
      return `no rule of ${protocol} matches, and there is no CATCHALL: closed`;
    case `${protocol}/CATCHALL`:
      return `no other rule of ${protocol} matches`;
    case "CATCHALL/CATCHALL":
      return `no rule of ${protocol} matches, and it has no CATCHALL`;
    default:
      return `the most specific rule of ${protocol} that matches`;
  }
}

/** What the rules are tested on. */
export interface Tested {
  readonly facts: Facts;
  readonly connection: Connection;
}

/**
 * Tests all rules that a connection could go by, one by one, in the order in
 * which they are tried: those of its protocol, the protocol's catch-all, the
 * server's. The first that does not fail is the one that the router chooses.
 */
export function testRules(
  { plan, ranked }: ListenerContext,
  index: number,
  of: Tested,
): LostRule[] {
  const { protocol, catchall } = plan.protocols[index]!;
  const tested: LostRule[] = triedRules(ranked[index]!, of)
    .map(({ rule, failed }) => ({
      rule: `${protocol}/${rule.rule.text}`,
      failed: failedCondition(rule, failed, of),
    }));
  if (catchall !== null) {
    tested.push({ rule: `${protocol}/CATCHALL`, failed: null });
  }
  if (plan.catchall !== null) {
    tested.push({ rule: "CATCHALL/CATCHALL", failed: null });
  }
  return tested;
}

/** A rule, and the place of its first condition that does not hold. */
interface Tried {
  readonly rule: RankedRule<RulePlan>;
  /** -1: all hold. */
  readonly failed: number;
}

/**
 * Tests each rule once, one with a list of hosts as the one of them that fits,
 * else as the one that fits best.
 */
function triedRules(
  ranked: readonly RankedRule<RulePlan>[],
  { facts, connection }: Tested,
): Tried[] {
  const best = new Map<RulePlan, Tried>();
  const tried = ranked.map((rule): Tried => {
    const failed = rule.conditions.findIndex((condition: Condition) =>
      !condition.holds(facts, connection)
    );
    return { rule, failed };
  });
  for (const one of tried) {
    const known = best.get(one.rule.rule);
    if (known === undefined || isBetter(one, known)) {
      best.set(one.rule.rule, one);
    }
  }
  return tried.filter((one) => best.get(one.rule.rule) === one);
}

function isBetter(one: Tried, known: Tried): boolean {
  return known.failed >= 0 && (one.failed < 0 || one.failed > known.failed);
}

function failedCondition(
  { written }: RankedRule<unknown>,
  failed: number,
  { facts, connection }: Tested,
): FailedCondition | null {
  if (failed < 0) return null;
  const condition = written[failed]!;
  const { word, value, negated } = condition;
  return {
    word,
    wanted: value,
    ...(negated ? { negated } : {}),
    found: condition.found(facts, connection),
  };
}
