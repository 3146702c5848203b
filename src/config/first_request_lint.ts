/**
 * Findings about rules that look as if they kept somebody out: only the first
 * request of a connection is looked at, and others follow it to the same target.
 *
 * @module
 */
import { COMMON_WORDS } from "../detect/registry.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import type { ForwardPlan, ListenerPlan, Plan, ProtocolPlan } from "./plan.ts";
import { ruleKeys } from "./rule_tokens.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";
import { targetKey, targetText } from "./targets.ts";

/** Protocols in which a connection may carry requests for other resources. */
const PROTOCOLS: readonly string[] = [
  ...["HTTP", "HTTP2", "AJP", "FASTCGI"],
  ...["REDIS", "DNS", "RTSP", "SIP"],
];

const ADVICE =
  "only the first request of a connection is looked at, so the target has to refuse it, too";

/** A way to a target. */
interface Way {
  /** `HOST a.example`, or `CATCHALL`. */
  readonly text: string;
  readonly words: readonly string[];
  readonly route: ForwardPlan;
  /** Its place among all, from 0. */
  readonly rank: number;
}

/** Warns of rules that a second request passes by. */
export function lintFirstRequests(
  root: JsonNode,
  { listeners }: Pick<Plan, "listeners">,
): Diagnostic[] {
  const servers = properties(property(root, "servers")?.value);
  return listeners.flatMap((listener, index) =>
    listener.protocols.filter(({ protocol }) => PROTOCOLS.includes(protocol))
      .flatMap((protocol) => lintProtocol(servers[index]!, protocol, listener))
  );
}

function lintProtocol(
  server: Property,
  plan: ProtocolPlan,
  listener: ListenerPlan,
): Diagnostic[] {
  const ways = waysOf(plan, listener);
  const open = openWays(ways);
  const keys = ruleKeys(property(server.value, plan.protocol)?.value);
  return plan.rules.flatMap(({ text, conditions, route }): Diagnostic[] => {
    const words = conditions.map(({ word }) => word);
    if (words.every(isCommon)) return [];
    const way = route.action === "REJECT"
      ? ways[0]
      : words.includes("FROM")
      ? openWay(route, open)
      : undefined;
    if (way === undefined) return [];
    const what = route.action === "REJECT"
      ? `refuses nothing that a client asks for later, once ${
        quoted(way.text)
      } has forwarded it to ${quoted(targetText(way.route.targets[0]!))}`
      : `keeps out no client that ${
        quoted(way.text)
      } forwards to the same target`;
    return [{
      severity: "warning",
      message: `Rule ${quoted(text)} ${what}: ${ADVICE}`,
      span: spanOf(keys.get(text) ?? server.key),
    }];
  });
}

/** The ways to targets of clients of a protocol, the widest first. */
function waysOf(
  { rules, catchall }: ProtocolPlan,
  { catchall: last }: ListenerPlan,
): Way[] {
  const ways: Way[] = [];
  const rest = catchall ?? last;
  if (rest?.action === "FORWARD") {
    ways.push({ text: "CATCHALL", words: [], route: rest, rank: 0 });
  }
  for (const { text, conditions, route } of rules) {
    if (route.action !== "FORWARD") continue;
    const words = conditions.map(({ word }) => word);
    ways.push({ text, words, route, rank: ways.length });
  }
  return ways;
}

function isCommon(word: string): boolean {
  return (COMMON_WORDS as readonly string[]).includes(word);
}

/** By the key of each target, the first way to it that is open to all addresses. */
function openWays(ways: readonly Way[]): ReadonlyMap<string, Way> {
  const open = new Map<string, Way>();
  for (const way of ways) {
    if (way.words.includes("FROM")) continue;
    for (const key of way.route.targets.map(targetKey)) {
      if (!open.has(key)) open.set(key, way);
    }
  }
  return open;
}

/** The first of all that lead to a target of a route. */
function openWay(
  { targets }: ForwardPlan,
  open: ReadonlyMap<string, Way>,
): Way | undefined {
  return targets.flatMap((target) => open.get(targetKey(target)) ?? [])
    .sort((a, b) => a.rank - b.rank)[0];
}
