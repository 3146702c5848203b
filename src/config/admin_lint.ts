/**
 * Findings about the admin address beside the servers and their targets.
 *
 * @module
 */
import { isLoopback } from "../address/loopback.ts";
import type { AdminPlan } from "./admin_plan.ts";
import { overlaps, parseAddress, reaches } from "./address.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { ListenerPlan, Plan } from "./plan.ts";
import { type JsonNode, properties, property, spanOf } from "./source.ts";
import { isUnix, isUnixText } from "./unix_address.ts";
import { addressNodes } from "./upstreams.ts";

/**
 * Checks the admin address against the servers and their targets.
 *
 * @param root The tree that the Plan was built from, for the places.
 */
export function lintAdmin(
  root: JsonNode,
  { admin, listeners }: Pick<Plan, "admin" | "listeners">,
): Diagnostic[] {
  const node = property(property(root, "admin")?.value, "listen")?.value;
  if (admin === undefined || node === undefined) return [];
  return [
    ...overlapping(root, listeners, { admin, node }),
    ...open(admin, node),
    ...targets(root, admin),
  ];
}

function overlapping(
  root: JsonNode,
  listeners: readonly ListenerPlan[],
  { admin, node }: { admin: AdminPlan; node: JsonNode },
): Diagnostic[] {
  const { listen } = admin;
  const index = listeners.findIndex(({ address }) =>
    !isUnix(address) && overlaps(address, listen)
  );
  if (index < 0) return [];
  const servers = properties(property(root, "servers")?.value);
  return [{
    severity: "error",
    message: `Admin address "${listen.text}" overlaps the listener "${
      listeners[index]!.address.text
    }": only one of them can have port ${listen.port}`,
    span: spanOf(node),
    related: {
      message: "the listener is here",
      span: spanOf(servers[index]!.key),
    },
  }];
}

/** An address that others reach, and nothing that they could show. */
function open(
  { listen, tokenFile }: AdminPlan,
  node: JsonNode,
): Diagnostic[] {
  if (isOnLoopback(listen.hostname) || tokenFile !== undefined) return [];
  return [{
    severity: "warning",
    message:
      `Admin address "${listen.text}" is not on loopback, and there is no "token": other machines have access to /healthz and /readyz only`,
    span: spanOf(node),
  }];
}

/** What is forwarded comes from this machine, whoever it is forwarded for. */
function targets(root: JsonNode, { listen }: AdminPlan): Diagnostic[] {
  return targetNodes(root).flatMap((node) => {
    const text = node.value as string;
    const parsed = isUnixText(text) ? null : parseAddress(text, "target");
    if (!parsed?.ok || !reaches(parsed.address, listen)) return [];
    return [{
      severity: "warning" as const,
      message:
        `Target "${text}" is the admin address: requests that are forwarded there come from this machine and need no token`,
      span: spanOf(node),
    }];
  });
}

/** Whether only this machine can reach a host to listen on. */
export function isOnLoopback(hostname: string): boolean {
  return hostname.toLowerCase() === "localhost" || isLoopback(hostname);
}

function targetNodes(root: JsonNode): JsonNode[] {
  return properties(property(root, "servers")?.value)
    .flatMap((server) => properties(server.value))
    .filter((protocol) => protocol.name !== "options")
    .flatMap((protocol) => properties(protocol.value))
    .flatMap((rule) => addressNodes(property(rule.value, "to_addr")?.value));
}
