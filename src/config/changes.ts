/**
 * What a new Plan changes, in words.
 *
 * @module
 */
import { addAll } from "./add_all.ts";
import type { AdminPlan } from "./admin_plan.ts";
import type {
  ForwardPlan,
  ListenerPlan,
  Plan,
  RoutePlan,
  TargetPlan,
} from "./plan.ts";
import { rejectText } from "./reject_text.ts";
import { namedRoutes } from "./routes.ts";
import { targetList } from "./targets.ts";
import { formatDuration } from "./units.ts";

/** Most changes that are told one by one. */
const MAX_CHANGES = 100;
/** Longest text of one, in characters: it may have a rule and all its targets. */
const MAX_LENGTH = 1_000;

/** What changes from one Plan to another, in a few lines; empty: nothing. */
export function describeChanges(before: Plan, after: Plan): string[] {
  const changes = allChanges(before, after);
  const told = changes.slice(0, MAX_CHANGES).map((change) =>
    change.length <= MAX_LENGTH ? change : `${change.slice(0, MAX_LENGTH)}...`
  );
  const more = changes.length - MAX_CHANGES;
  return more > 0 ? [...told, `and ${more} more`] : told;
}

function allChanges(before: Plan, after: Plan): string[] {
  const changes: string[] = [];
  const old = byAddress(before);
  for (const listener of after.listeners) {
    const { text } = listener.address;
    const known = old.get(text);
    if (known === undefined) changes.push(`listener ${text} added`);
    else addAll(changes, listenerChanges(known, listener));
    old.delete(text);
  }
  for (const text of old.keys()) changes.push(`listener ${text} removed`);
  const detectors = ({ detectors, modules }: Plan) =>
    JSON.stringify([detectors, modules]);
  if (detectors(before) !== detectors(after)) changes.push("detectors");
  addAll(changes, settingChanges(before, after));
  return changes;
}

function settingChanges(before: Plan, after: Plan): string[] {
  const settings = (
    { admin, workers, maxConnections, log, resolver, ...times }: Plan,
  ) => [
    `admin ${admin === undefined ? "off" : adminText(admin)}`,
    `resolver ${resolver?.map(({ text }) => text).join(",") ?? "system"}`,
    `workers ${workers ?? "auto"}`,
    `max_connections ${maxConnections ?? "unlimited"}`,
    `drain_timeout ${formatDuration(times.drainTimeoutMs)}`,
    `reload_timeout ${timeText(times.reloadTimeoutMs)}`,
    `stall_timeout ${formatDuration(times.stallTimeoutMs)}`,
    `log ${log.level} ${log.format}`,
    `log.sample ${log.sample}`,
    `log.sample_level ${log.sampleLevel}`,
  ];
  const old = settings(before);
  return settings(after).flatMap((text, i) => {
    const was = old[i]!;
    if (text === was) return [];
    const [name, ...value] = was.split(" ");
    return [`${name} ${value.join(" ")} -> ${text.slice(name!.length + 1)}`];
  });
}

function timeText(ms: number | null): string {
  return ms === null ? "unlimited" : formatDuration(ms);
}

function adminText({ listen, tokenFile, hosts }: AdminPlan): string {
  return [
    listen.text,
    ...(tokenFile === undefined ? [] : [`token file:${tokenFile}`]),
    ...(hosts.length === 0 ? [] : [`hosts ${hosts.join(",")}`]),
  ].join(" ");
}

function listenerChanges(before: ListenerPlan, after: ListenerPlan): string[] {
  const { text } = after.address;
  const old = new Map(
    namedRoutes(before).map(({ rule, route }) => [rule, route]),
  );
  const changes: string[] = [];
  for (const { rule, route } of namedRoutes(after)) {
    const known = old.get(rule);
    old.delete(rule);
    if (JSON.stringify(known) === JSON.stringify(route)) continue;
    changes.push(
      known === undefined
        ? `${text} ${rule} added`
        : `${text} ${rule}: ${routeText(known)} -> ${routeText(route)}`,
    );
  }
  for (const rule of old.keys()) changes.push(`${text} ${rule} removed`);
  const rest = changes.length === 0 &&
    JSON.stringify(before) !== JSON.stringify(after);
  if (!rest) return changes;
  const others = otherConditions(before, after);
  return others.length > 0
    ? others.map((rule) => `${text} ${rule}: other addresses`)
    : [`${text} options or order`];
}

/** The rules that have other conditions, from files. */
function otherConditions(before: ListenerPlan, after: ListenerPlan): string[] {
  const known = conditionsOf(before);
  return [...conditionsOf(after)]
    .filter(([rule, conditions]) => known.get(rule) !== conditions)
    .map(([rule]) => rule);
}

/** The conditions of each rule, as text. */
function conditionsOf({ protocols }: ListenerPlan): Map<string, string> {
  return new Map(
    protocols.flatMap(({ protocol, rules }) =>
      rules.map(({ text, conditions }) => [
        `${protocol}/${text}`,
        JSON.stringify(conditions),
      ])
    ),
  );
}

function routeText(route: RoutePlan): string {
  if (route.action === "REJECT") return rejectText(route);
  const { connectTimeoutMs, idleTimeoutMs, sendProxy } = route;
  const settings = [
    ...upstreamSettings(route),
    `connect ${formatDuration(connectTimeoutMs)}`,
    `idle ${formatDuration(idleTimeoutMs)}`,
    ...(sendProxy === undefined ? [] : [`send_proxy ${sendProxy}`]),
  ];
  return `${targetList(route).join(", ")} (${settings.join(", ")})`;
}

/** Settings that say something only where there are several targets, or checks. */
function upstreamSettings(route: ForwardPlan): string[] {
  const { targets, balance, retries, health } = route;
  return [
    ...(isSeveral(targets) ? [balance, `retries ${retries}`] : []),
    ...targets.flatMap((target) =>
      target.kind === "srv" ? [`within ${target.within.join(" ")}`] : []
    ),
    ...(health === null ? [] : [
      `health ${formatDuration(health.intervalMs)} ${
        formatDuration(health.timeoutMs)
      } ${health.fall} ${health.rise}`,
    ]),
  ];
}

function isSeveral(targets: readonly TargetPlan[]): boolean {
  return targets.length > 1 || targets[0]?.kind === "srv";
}

function byAddress(plan: Plan): Map<string, ListenerPlan> {
  return new Map(plan.listeners.map((l) => [l.address.text, l]));
}
