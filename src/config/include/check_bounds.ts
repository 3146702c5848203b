/**
 * Whether the files of an include with `within` add no more than it allows.
 *
 * @module
 */
import type { AdminPlan } from "../admin_plan.ts";
import { reaches } from "../address.ts";
import type { BuiltRule } from "../built_rule.ts";
import {
  type Diagnostic,
  MAX_ERRORS,
  quoted,
  type Span,
} from "../diagnostics.ts";
import { type JsonNode, properties, property, spanOf } from "../json_tree.ts";
import type { Prover } from "../../rule/implication.ts";
import type { RoutePlan } from "../plan.ts";
import { targetText } from "../targets.ts";
import { isUnix } from "../unix_address.ts";
import { addressNodes } from "../upstreams.ts";
import { type Bounds, grantFor } from "./bounds.ts";
import type { Claims } from "./claims.ts";
import { type HostName, hostsOf, hostText } from "./host_pattern.ts";

/** What a file is checked against. */
export interface BoundsContext {
  readonly bounds: Bounds;
  /** The rules of files without bounds. */
  readonly trusted: Claims;
  /** The rules of other files with bounds. */
  readonly others: Claims;
  /** Compares rules without a host, as long as its budget suffices. */
  readonly prover: Prover;
  readonly admin: AdminPlan | undefined;
}

/** Protocols that stand for what no other takes. */
const LAST: readonly string[] = ["CATCHALL", "SILENT"];

/** What a file has beside rules, and rules of servers that it may not touch. */
export function checkBoundedFile(
  root: JsonNode,
  { listeners, places }: Bounds,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { name, key } of properties(root)) {
    if (name !== "detectors" && name !== "expect") continue;
    const message =
      `Field "${name}" is not allowed in this file: it may only add rules to servers`;
    found.push(refused(key, message, "the bounds are here", places.within));
  }
  for (const server of properties(property(root, "servers")?.value)) {
    if (!listeners.has(server.name)) {
      const message = `Server ${
        quoted(server.name)
      } is not allowed in this file`;
      const why = "these servers are allowed";
      found.push(refused(server.key, message, why, places.listeners));
    }
    const options = property(server.value, "options");
    if (options === undefined) continue;
    const message =
      'Field "options" is not allowed in this file: it may only add rules to servers';
    const why = "the bounds are here";
    found.push(refused(options.key, message, why, places.within));
  }
  return found;
}

/** What a rule asks for that the bounds do not allow, or that others have. */
export function checkBoundedRule(
  rule: BuiltRule,
  context: BoundsContext,
): Diagnostic[] {
  if (!context.bounds.listeners.has(rule.server)) return [];
  return [...checkHosts(rule, context), ...checkTargets(rule, context)];
}

function checkHosts(rule: BuiltRule, context: BoundsContext): Diagnostic[] {
  const hosts = hostsOf(rule.conditions);
  if (hosts.length === 0) return checkWithoutHost(rule, context);
  const { key } = rule;
  return hosts.flatMap((host) => {
    if (host.form === "pattern") {
      const message = `Regular expression ${
        quoted(host.value)
      } is not allowed in this file: expected a host or a wildcard, which can be compared with those of other files`;
      const { within } = context.bounds.places;
      return [refused(key, message, "the bounds are here", within)];
    }
    return checkHost(host, rule, context);
  });
}

function checkHost(
  host: HostName,
  { key }: BuiltRule,
  { bounds, trusted, others }: BoundsContext,
): Diagnostic[] {
  const text = quoted(hostText(host));
  const { names, places } = bounds;
  const granted = names === null ? null : grantFor(host, names);
  if (names !== null && granted === null) {
    const message = `Host ${text} is not allowed in this file`;
    return [refused(key, message, "these names are allowed", places.names!)];
  }
  const taken = trusted.findHost(host, { granted }) ??
    others.findHost(host, {});
  if (taken === null) return [];
  const message = `Host ${text} is taken: another file has ${
    quoted(hostText(taken.host))
  }`;
  return [
    refused(key, message, "the other rule is here", spanOf(taken.owner.key)),
  ];
}

/** A rule that is not about hosts, which could get the connections of any. */
function checkWithoutHost(
  rule: BuiltRule,
  { bounds, trusted, others, prover }: BoundsContext,
): Diagnostic[] {
  const { key, protocol, server, hasHosts } = rule;
  const { names, within } = bounds.places;
  if (names !== null) {
    const message = `Rule ${
      quoted(key.value)
    } has no condition on the host: expected one, because the hosts of this file are limited`;
    return [refused(key, message, "these names are allowed", names)];
  }
  const shared = trusted.hasServer(server);
  if (shared && LAST.includes(protocol)) {
    const message =
      `${protocol} is not allowed in this file: it decides about connections of the other protocols of server ${
        quoted(server)
      }, too`;
    return [refused(key, message, "the bounds are here", within)];
  }
  if (shared && hasHosts) {
    const message = `Rule ${
      quoted(key.value)
    } has no condition on the host: expected one, because other files have rules for server ${
      quoted(server)
    }`;
    return [refused(key, message, "the bounds are here", within)];
  }
  const behind = trusted.findBehind(rule, prover) ??
    others.findBehind(rule, prover);
  if (behind === null) return [];
  if (prover.stepsLeft < 0) {
    const message = `Rule ${
      quoted(key.value)
    } cannot be compared with all rules of other files: expected fewer rules without a condition on the host, or fewer values in them`;
    return [refused(key, message, "the bounds are here", within)];
  }
  const message = `Rule ${
    quoted(key.value)
  } would get connections that another file routes${
    hasHosts ? ": expected a condition on the host" : ""
  }`;
  return [refused(key, message, "the other rule is here", spanOf(behind.key))];
}

function checkTargets(
  { action, route }: BuiltRule,
  { bounds, admin }: BoundsContext,
): Diagnostic[] {
  if (route.action !== "FORWARD") return [];
  const found: Diagnostic[] = [];
  const anyAddress = property(action, "allow_private");
  if (anyAddress?.value.value === true) {
    const message =
      'Field "allow_private" is not allowed in this file: DNS could name any host of this network';
    const why = "the bounds are here";
    found.push(refused(anyAddress.key, message, why, bounds.places.within));
  }
  const nodes = addressNodes(property(action, "to_addr")?.value);
  for (const [index, target] of route.targets.entries()) {
    if (found.length >= MAX_ERRORS) break;
    const node = nodes[index] ?? action;
    if (node.standIn) continue;
    const text = quoted(targetText(target));
    if (!bounds.to.has(target)) {
      const message = `Target ${text} is not allowed in this file`;
      const why = "these targets are allowed";
      found.push(refused(node, message, why, bounds.places.to));
    } else if (isAdmin(target, admin)) {
      const message =
        `Target ${text} is the admin address: it is not allowed in this file`;
      const why = "the bounds are here";
      found.push(refused(node, message, why, bounds.places.within));
    }
  }
  return found;
}

type Target = Extract<RoutePlan, { action: "FORWARD" }>["targets"][number];

function isAdmin(target: Target, admin: AdminPlan | undefined): boolean {
  return admin !== undefined && target.kind === "address" &&
    !isUnix(target.address) && reaches(target.address, admin.listen);
}

function refused(
  node: JsonNode,
  message: string,
  why: string,
  span: Span,
): Diagnostic {
  const related = { message: why, span };
  return { severity: "error", message, span: spanOf(node), related };
}
