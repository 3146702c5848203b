/** Upstreams as a Plan has them, without a config file. */
import type {
  AddressTarget,
  ForwardPlan,
  ListenerPlan,
  TargetPlan,
} from "../../src/config/plan.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { TargetMemory } from "../../src/upstream/target_memory.ts";
import { targetTable } from "../../src/upstream/target_table.ts";

/** A target `10.0.0.N:443`. */
export function targetPlan(
  nth: number,
  more: Partial<AddressTarget> = {},
): AddressTarget {
  const hostname = `10.0.0.${nth}`;
  const address = { text: `${hostname}:443`, hostname, port: 443 };
  return { kind: "address", address, weight: 1, backup: false, ...more };
}

/** A route to targets. */
export function forwardPlan(
  targets: readonly TargetPlan[],
  more: Partial<ForwardPlan> = {},
): ForwardPlan {
  return {
    action: "FORWARD",
    targets,
    balance: "round_robin",
    retries: targets.length - 1,
    health: null,
    connectTimeoutMs: 1_000,
    idleTimeoutMs: 0,
    ...more,
  };
}

/** A Plan of listeners whose only rule is a catch-all. */
export function listenersOf(
  ...routes: readonly ForwardPlan[]
): { listeners: ListenerPlan[] } {
  const listeners = routes.map((catchall, index): ListenerPlan => ({
    address: { text: `:${index + 1}`, hostname: "", port: index + 1 },
    protocols: [],
    silent: null,
    catchall,
    detectTimeoutMs: 1_000,
    silentAfterMs: null,
    maxPeekBytes: 512,
    backlog: 1,
    limits: {},
  }));
  return { listeners };
}

/** The views that so many data planes have of the same memory. */
export function memoriesOf(
  plan: { listeners: ListenerPlan[] },
  planes = 1,
): TargetMemory[] {
  const board = new TargetBoard(plan, planes);
  return Array.from(
    { length: planes },
    (_, row) => new TargetMemory(targetTable(plan), board.share(row)),
  );
}
