/**
 * Findings about a config as a whole: listeners that overlap, connections that
 * would come back.
 *
 * @module
 */
import { addAll } from "./add_all.ts";
import { parseAddress } from "./address.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { ListenerIndex } from "./listener_index.ts";
import type { ListenerPlan, TargetPlan } from "./plan.ts";
import { routesOf } from "./routes.ts";
import {
  isUnix,
  isUnixText,
  type ListenAddress,
  parseUnixAddress,
  reachesListener,
} from "./unix_address.ts";
import { addressNodes } from "./upstreams.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";

/**
 * Checks the listeners against each other and against the targets.
 *
 * @param root The tree that `listeners` was built from, for the places.
 */
export function lint(
  root: JsonNode,
  listeners: readonly ListenerPlan[],
): Diagnostic[] {
  const servers = properties(property(root, "servers")?.value);
  const listening = new ListenerIndex(listeners);
  return [
    ...overlapping(servers, listeners, listening),
    ...selfTargets(servers, listeners),
    ...cycles(servers, listeners, listening),
  ];
}

function overlapping(
  servers: readonly Property[],
  listeners: readonly ListenerPlan[],
  listening: ListenerIndex,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  listeners.forEach((listener, index) => {
    const first = listening.firstOverlapping(listener);
    if (first === index) return;
    const { address } = listener;
    found.push({
      severity: "error",
      message: `Listener "${address.text}" overlaps "${
        listeners[first]!.address.text
      }": only one of them can have ${
        isUnix(address) ? "this path" : `port ${address.port}`
      }`,
      span: spanOf(servers[index]!.key),
      related: {
        message: "the other listener is here",
        span: spanOf(servers[first]!.key),
      },
    });
  });
  return found;
}

/** A route to the listener itself: the same bytes would take it for ever. */
function selfTargets(
  servers: readonly Property[],
  listeners: readonly ListenerPlan[],
): Diagnostic[] {
  const found: Diagnostic[] = [];
  listeners.forEach(({ address }, index) => {
    for (const node of targetNodes(servers[index]!)) {
      const target = parseTarget(node.value as string);
      if (!target.ok || !reachesListener(target.address, address)) continue;
      found.push({
        severity: "error",
        message:
          `Target "${target.address.text}" is the listener "${address.text}" itself: the connection would loop`,
        span: spanOf(node),
      });
    }
  });
  return found;
}

/** Listeners that forward to each other in a circle, which may be a loop. */
function cycles(
  servers: readonly Property[],
  listeners: readonly ListenerPlan[],
  listening: ListenerIndex,
): Diagnostic[] {
  const next = listeners.map((listener, index) => {
    const reached = new Set(
      placesOf(listener)
        .flatMap((place) => listening.reached(place, listener.transport)),
    );
    reached.delete(index);
    return [...reached];
  });
  return listeners.flatMap((listener, start) => {
    if (!reachable(next, start).has(start)) return [];
    return [{
      severity: "warning" as const,
      message:
        `Listener "${listener.address.text}" can be reached from its own targets: a connection may loop`,
      span: spanOf(servers[start]!.key),
    }];
  });
}

function reachable(next: readonly number[][], start: number): Set<number> {
  const seen = new Set<number>();
  const queue = [...next[start]!];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    addAll(queue, next[node]!);
  }
  return seen;
}

/** Where the targets of a listener are. */
function placesOf(listener: ListenerPlan): ListenAddress[] {
  return routesOf(listener)
    .flatMap((route) => route.action === "FORWARD" ? route.targets : [])
    .flatMap((target) => placeOf(target) ?? []);
}

/** Where a target is; `null`: that is known only when it is dialled. */
function placeOf(target: TargetPlan): ListenAddress | null {
  if (target.kind === "address") return target.address;
  return target.kind === "unix" ? target : null;
}

function parseTarget(text: string) {
  return isUnixText(text)
    ? parseUnixAddress(text, "target")
    : parseAddress(text, "target");
}

function targetNodes(server: Property): JsonNode[] {
  return properties(server.value)
    .filter((protocol) => protocol.name !== "options")
    .flatMap((protocol) => properties(protocol.value))
    .flatMap((rule) => addressNodes(property(rule.value, "to_addr")?.value));
}
