/**
 * The config's upstreams: the targets of a `FORWARD`, and how one is chosen.
 *
 * What does not have the right shape is passed over here: `shape.ts` has
 * reported it.
 *
 * @module
 */
import { MAX_SRV_TARGETS } from "./target_places.ts";
import { addressIdentity } from "./address.ts";
import { type Diagnostic, MAX_ERRORS } from "./diagnostics.ts";
import {
  type Balance,
  BALANCES,
  type ForwardPlan,
  HEALTH_DEFAULTS,
  type HealthPlan,
  type TargetOptions,
  type TargetPlan,
} from "./plan.ts";
import { positive } from "./settings.ts";
import { type JsonNode, property, spanOf } from "./source.ts";
import { targetText } from "./targets.ts";

/** Where a target is: a target but for what the list says of it. */
export type TargetPlace = TargetPlan extends infer Kind
  ? Kind extends TargetPlan ? Omit<Kind, keyof TargetOptions> : never
  : never;

/** What reading an upstream needs. */
export interface UpstreamContext {
  /** Where findings go. */
  readonly found: Diagnostic[];
  /** Reads the place of a target; reports it when it is bad. */
  readonly parseTarget: (node: JsonNode) => TargetPlace;
}

/** The fields of a route that make its upstream. */
export type UpstreamPlan = Pick<
  ForwardPlan,
  "targets" | "balance" | "retries" | "health"
>;

/** A target with the node of its address. */
interface Entry {
  readonly node: JsonNode;
  readonly target: TargetPlan;
}

/**
 * Reads the upstream of a `FORWARD` action.
 *
 * @returns `null` when `to_addr` has not the shape of one.
 */
export function buildUpstream(
  action: JsonNode,
  context: UpstreamContext,
): UpstreamPlan | null {
  const to = property(action, "to_addr")?.value;
  const entries = entriesOf(targetNodes(to), context);
  if (to === undefined || entries.length === 0) return null;
  if (to.type === "array") checkList(to, entries, context.found);
  const [only] = entries;
  const most = only?.target.kind === "srv" ? MAX_SRV_TARGETS : entries.length;
  if (most === 1) warnUseless(action, context.found);
  checkDynamic(action, entries, context.found);
  const balance = property(action, "balance")?.value.value;
  const retries = numberField(action, "retries") ?? Infinity;
  return {
    targets: entries.map(({ target }) => target),
    balance: BALANCES.find((known): known is Balance => known === balance) ??
      "round_robin",
    retries: Math.min(retries, most - 1),
    health: healthOf(property(action, "health")?.value, context.found),
  };
}

/** The nodes of the addresses in `to_addr`, whatever form it has. */
export function addressNodes(to: JsonNode | undefined): JsonNode[] {
  return targetNodes(to).map(addressNode)
    .filter((node) => node?.type === "string") as JsonNode[];
}

function targetNodes(to: JsonNode | undefined): readonly JsonNode[] {
  if (to?.type === "array") return to.children ?? [];
  return to?.type === "string" ? [to] : [];
}

function addressNode(node: JsonNode): JsonNode | undefined {
  return node.type === "object" ? property(node, "addr")?.value : node;
}

/** Reads targets; many that are wrong are not all reported. */
function entriesOf(
  nodes: readonly JsonNode[],
  context: UpstreamContext,
): Entry[] {
  const entries: Entry[] = [];
  let bad = 0;
  for (const entry of nodes.values().flatMap((one) => entryOf(one, context))) {
    if (isUnread(entry.target) && ++bad > MAX_ERRORS) break;
    entries.push(entry);
  }
  return entries;
}

function entryOf(node: JsonNode, context: UpstreamContext): Entry[] {
  const address = addressNode(node);
  if (address?.type !== "string") return [];
  const target = {
    ...context.parseTarget(address),
    weight: numberField(node, "weight") ?? 1,
    backup: property(node, "backup")?.value.value === true,
  };
  return [{ node: address, target }];
}

function healthOf(
  node: JsonNode | undefined,
  found: Diagnostic[],
): HealthPlan | null {
  if (node?.type !== "object") return null;
  const { intervalMs, timeoutMs, fall, rise } = HEALTH_DEFAULTS;
  return {
    intervalMs: positive(node, "interval", found) ?? intervalMs,
    timeoutMs: positive(node, "timeout", found) ?? timeoutMs,
    fall: numberField(node, "fall") ?? fall,
    rise: numberField(node, "rise") ?? rise,
  };
}

function numberField(node: JsonNode, name: string): number | undefined {
  const value = property(node, name)?.value;
  return value?.type === "number" ? value.value as number : undefined;
}

/** What is wrong with a list as a whole. */
function checkList(
  list: JsonNode,
  entries: readonly Entry[],
  found: Diagnostic[],
): void {
  reportDuplicates(entries, found);
  if (entries.every(({ target }) => target.weight === 0)) {
    found.push({
      severity: "error",
      message: 'No target can be chosen: every "weight" is 0',
      span: spanOf(list),
    });
  }
  if (entries.every(({ target }) => target.backup)) {
    found.push({
      severity: "warning",
      message: "Every target is a backup: the field has no effect",
      span: spanOf(list),
    });
  }
}

function reportDuplicates(
  entries: readonly Entry[],
  found: Diagnostic[],
): void {
  const known = new Map<string, Entry>();
  for (const entry of entries) {
    const { node, target } = entry;
    const identity = identityOf(target);
    if (identity === null) continue;
    const first = known.get(identity);
    if (first === undefined) {
      known.set(identity, entry);
      continue;
    }
    found.push({
      severity: "error",
      message: `Target "${
        targetText(target)
      }" is in the list twice: give it a "weight" instead`,
      span: spanOf(node),
      related: {
        message: "the other one is here",
        span: spanOf(first.node),
      },
    });
  }
}

/** `null`: what could not be parsed, or has none. */
function identityOf(target: TargetPlan): string | null {
  if (isUnread(target)) return null;
  if (target.kind === "unix") return `unix:${target.path}`;
  return target.kind === "address" ? addressIdentity(target.address) : null;
}

/** Whether it stands for what could not be parsed, and is reported already. */
function isUnread(target: TargetPlan): boolean {
  return target.kind === "unix"
    ? target.path === ""
    : target.kind === "address" && target.address.port === 0;
}

/** A target that is another one for every client cannot be compared. */
function checkDynamic(
  action: JsonNode,
  entries: readonly Entry[],
  found: Diagnostic[],
): void {
  for (const { node, target } of entries) {
    if (target.kind !== "dynamic") continue;
    const health = property(action, "health");
    if (property(action, "to_addr")?.value.type === "array") {
      found.push({
        severity: "error",
        message: `Target "${target.text}" cannot be in a list: it stands alone`,
        span: spanOf(node),
      });
    }
    if (health === undefined) continue;
    found.push({
      severity: "error",
      message:
        `"health" does not go with "${target.text}": its targets are not known before a client asks for them`,
      span: spanOf(health.key),
    });
  }
}

/** Warns of fields that choose among targets where there is but one. */
function warnUseless(action: JsonNode, found: Diagnostic[]): void {
  for (const name of ["balance", "retries"]) {
    const field = property(action, name);
    if (field === undefined || field.value.value === 0) continue;
    found.push({
      severity: "warning",
      message: `"${name}" does nothing: there is only one target`,
      span: spanOf(field.key),
    });
  }
}
