/**
 * What the flows of a listener are given by the Plan that they began under.
 *
 * @module
 */
import type { ListenerPlan } from "../config/plan.ts";
import type { Datagrams } from "../detect/detector.ts";
import type { Deadlines } from "../net/deadlines.ts";
import type { Logger } from "../observe/log.ts";
import type { Observer, OpenConnection } from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import type { Gate } from "../proxy/limits/gate.ts";
import type { Router } from "../proxy/router.ts";
import type { Targets } from "../upstream/targets.ts";
import type { LastAnswer } from "./flow_group.ts";
import type { ReceiveBuffers } from "./receive_buffers.ts";

/** Looks a host name up. @throws When it leads nowhere. */
export type Resolve = (hostname: string) => Promise<string>;

/** A flow that is open. */
export interface OpenFlow extends OpenConnection {
  /** Its listener, as the config spells it. */
  readonly listener: string;
}

/** What all listeners share, whatever the Plan. */
export interface SharedContext {
  readonly logger: Logger;
  /** Another one may take its place. */
  observer: Observer;
  readonly deadlines: Deadlines;
  readonly buffers: ReceiveBuffers;
  readonly resolve: Resolve;
  readonly nextId: () => number;
  /** Hears of each flow once it has ended. */
  readonly onReport: (report: Report) => void;
  /** Takes a flow in. @returns Its place among those that are open. */
  readonly enter: (flow: OpenFlow) => number;
  /** Lets it go. */
  readonly leave: (flow: OpenFlow) => void;
}

/** What the flows of a listener share, under one Plan. */
export interface FlowContext {
  readonly shared: SharedContext;
  readonly plan: ListenerPlan;
  readonly router: Router<Datagrams>;
  readonly targets: Targets;
  readonly gate: Gate;
  /** When the targets have last answered anybody, by their slots. */
  readonly answers: Map<number, LastAnswer>;
  /** How long a flow is held until it is decided, in milliseconds. */
  readonly detectTimeoutMs: number;
  /** Whether the listener has these protocols. */
  readonly hasQuic: boolean;
  readonly hasWireguard: boolean;
  /**
   * Protocols of which each message may go elsewhere than the one before from the
   * same address, as there are rules that tell them apart.
   */
  readonly decidesEach: ReadonlySet<string>;
}

/** Longest that a flow is held until it is decided, in milliseconds. */
const MAX_HELD_MS = 1_000;

/** Makes the context of a listener. */
export function flowContext(
  plan: ListenerPlan,
  parts: Pick<FlowContext, "shared" | "router" | "targets" | "gate">,
): FlowContext {
  const names = new Set(plan.protocols.map(({ protocol }) => protocol));
  const decidesEach = plan.protocols
    .filter(({ protocol }) => protocol === "DNS" || protocol === "WIREGUARD")
    .filter(({ rules }) => rules.length > 0)
    .map(({ protocol }) => protocol);
  return {
    ...parts,
    plan,
    answers: new Map(),
    detectTimeoutMs: Math.min(plan.detectTimeoutMs, MAX_HELD_MS),
    hasQuic: names.has("QUIC"),
    hasWireguard: names.has("WIREGUARD"),
    decidesEach: new Set(decidesEach),
  };
}
