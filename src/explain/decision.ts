/**
 * The route of a connection, and why not another one.
 *
 * @module
 */
import type { RoutePlan } from "../config/plan.ts";
import { namedRoutes } from "../config/routes.ts";
import { formatDuration } from "../config/units.ts";
import type { Identification } from "../detect/identify.ts";
import type { Choice } from "../proxy/choice.ts";
import { Connection } from "../rule/connection.ts";
import type { RankedRule } from "../rule/rank.ts";
import type { ListenerContext } from "./context.ts";
import type { Flow, FlowEnd } from "./flow.ts";
import { type LostRule, testRules } from "./rule_tests.ts";

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
