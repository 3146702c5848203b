/**
 * Serves the listeners for datagrams: of one Plan, and of the next one when there
 * is one, without a moment in which nobody has the sockets.
 *
 * @module
 */
import type { ListenerPlan, Plan } from "../config/plan.ts";
import { isUnix } from "../config/unix_address.ts";
import type { Datagrams } from "../detect/detector.ts";
import { withDeclared } from "../detect/declared.ts";
import type { Registry } from "../detect/registry.ts";
import { type CloseReason, PassthruError } from "../errors.ts";
import { Deadlines } from "../net/deadlines.ts";
import type { Logger } from "../observe/log.ts";
import type { Observer } from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import { Roster } from "../observe/roster.ts";
import type { BoundListener } from "../proxy/bind.ts";
import { gatesOf } from "../proxy/limits/gate.ts";
import type { LimitMemory } from "../proxy/limits/ledger.ts";
import { Router } from "../proxy/router.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import type { TargetShare } from "../upstream/target_memory.ts";
import { Targets } from "../upstream/targets.ts";
import { bindDatagram } from "./bind_datagram.ts";
import { DatagramListener } from "./datagram_listener.ts";
import {
  type FlowContext,
  flowContext,
  type OpenFlow,
  type Resolve,
  type SharedContext,
} from "./flow_context.ts";
import { OwnPorts } from "./own_ports.ts";
import { ReceiveBuffers } from "./receive_buffers.ts";

/** What a {@linkcode DatagramServer} needs, whatever the Plan. */
export interface DatagramServerOptions {
  /** The detectors that Plans may name beside their own. */
  readonly registry: Registry;
  readonly logger: Logger;
  /** Hears of each flow when it has ended. */
  readonly onReport: (report: Report) => void;
  /** Gives each flow its number. */
  readonly nextId: () => number;
  /** Hears how many flows are open, when that changes. */
  readonly onConnections?: (count: number) => void;
  /** Looks names of targets up. */
  readonly resolve: Resolve;
}

/** What a Plan brings along. */
export interface PlanParts {
  readonly targets: TargetShare;
  readonly limits: LimitMemory;
  readonly found: readonly FoundTargets[];
}

/** Owns the sockets for datagrams, and all flows. */
export class DatagramServer {
  readonly #options: DatagramServerOptions;
  readonly #shared: SharedContext;
  readonly #ports = new OwnPorts();
  readonly #flows = new Roster<OpenFlow>();
  /** By the listeners' texts; those that are retired too. */
  readonly #listeners = new Map<string, DatagramListener>();
  readonly #running = new Set<Promise<void>>();
  readonly #deadlines = new Deadlines({ lingers: true });
  #targets: Targets | null = null;
  #plan: Plan | null = null;
  #idle: (() => void) | null = null;

  /** Binds nothing yet. */
  constructor(options: DatagramServerOptions) {
    const { logger, nextId, onReport, resolve } = options;
    this.#options = options;
    this.#shared = {
      logger,
      observer: {},
      nextId,
      onReport,
      resolve,
      deadlines: this.#deadlines,
      buffers: new ReceiveBuffers(),
      enter: (flow) => this.#enter(flow),
      leave: (flow) => this.#leave(flow),
    };
  }

  /** Flows that are open. */
  get connections(): number {
    return this.#flows.size;
  }

  /** The bound listeners, in the order of the Plan. */
  get listeners(): BoundListener[] {
    return (this.#plan?.listeners ?? []).map(({ address }) =>
      this.#listeners.get(address.text)!.bound
    );
  }

  /**
   * Serves a Plan in place of the one before. Sockets that both have stay, with
   * all that is in their queues; flows that are open keep their targets.
   *
   * @param plan Its listeners are all for datagrams.
   * @throws {PassthruError} `bind_failed`; what was served before goes on.
   */
  serve(plan: Plan, { targets: share, limits, found }: PlanParts): void {
    const { logger } = this.#options;
    const registry = withDeclared(this.#options.registry, plan.detectors);
    const targets = new Targets(plan, {
      share,
      logger,
      found,
      deadlines: this.#deadlines,
      onDial: (attempt) => this.#shared.observer.dialled?.(attempt),
    });
    const gates = gatesOf(plan, limits);
    const contexts = plan.listeners.map((listener, index) =>
      flowContext(listener, {
        shared: this.#shared,
        router: new Router<Datagrams>(listener, registry),
        targets,
        gate: gates[index]!,
      })
    );
    const sockets = this.#bind(plan.listeners);
    const old = new Set(this.#listeners.keys());
    for (const context of contexts) {
      const { text } = context.plan.address;
      old.delete(text);
      this.#follow(context, sockets.get(text));
    }
    for (const text of old) this.#retire(text);
    this.#targets = targets;
    this.#plan = plan;
  }

  /** Tells this one from now on of everything that happens to flows. */
  observe(observer: Observer): void {
    this.#shared.observer = observer;
  }

  /** Takes in the targets that a service has now. */
  update(found: FoundTargets): void {
    this.#targets?.update(found);
  }

  /**
   * Takes no new flow, and lets those that are open end once they are idle.
   *
   * @param drainMs How long they may take, in milliseconds; `null`: as long as
   * they last.
   * @returns How many had to be ended.
   */
  async stop(drainMs: number | null, onQuiet?: () => void): Promise<number> {
    for (const listener of this.#listeners.values()) listener.drain();
    onQuiet?.();
    let closed = 0;
    const timer = drainMs === null ? undefined : setTimeout(() => {
      closed = this.connections;
      this.close("drain_deadline");
    }, drainMs);
    if (this.connections > 0) {
      await new Promise<void>((resolve) => this.#idle = resolve);
    }
    clearTimeout(timer);
    for (const listener of this.#listeners.values()) listener.close();
    this.#listeners.clear();
    await Promise.all(this.#running);
    this.#deadlines.end();
    return closed;
  }

  /** Ends all flows now. */
  close(reason: CloseReason): void {
    for (const listener of this.#listeners.values()) {
      listener.endAll({ reason });
    }
  }

  /** Ends one flow now. @returns Whether there is one of that number. */
  closeOne(id: number, reason: CloseReason): boolean {
    return [...this.#listeners.values()]
      .some((listener) => listener.endOne(id, { reason }));
  }

  /**
   * Binds the sockets that are not there yet: all of them or none.
   *
   * @throws {PassthruError} `bind_failed`, with a line for each failure.
   */
  #bind(plans: readonly ListenerPlan[]): Map<string, Deno.DatagramConn> {
    const sockets = new Map<string, Deno.DatagramConn>();
    const failures: string[] = [];
    for (const { address } of plans) {
      if (isUnix(address) || this.#listeners.has(address.text)) continue;
      try {
        sockets.set(address.text, bindDatagram(address));
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (failures.length === 0) return sockets;
    for (const socket of sockets.values()) socket.close();
    throw new PassthruError(failures.join("\n"), {
      code: "bind_failed",
      source: "config",
    });
  }

  #follow(context: FlowContext, socket: Deno.DatagramConn | undefined): void {
    const { text } = context.plan.address;
    const known = this.#listeners.get(text);
    if (known !== undefined) return known.follow(context);
    const listener = new DatagramListener(socket!, context, this.#ports);
    this.#listeners.set(text, listener);
    const running = listener.run().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** No Plan has the listener any more. */
  #retire(text: string): void {
    const listener = this.#listeners.get(text)!;
    listener.retire();
    this.#closeIfDone(text);
  }

  #closeIfDone(text: string): void {
    const listener = this.#listeners.get(text);
    if (listener === undefined || !listener.isDone) return;
    listener.close();
    this.#listeners.delete(text);
  }

  #enter(flow: OpenFlow): number {
    const place = this.#flows.add(flow);
    this.#options.onConnections?.(this.#flows.size);
    return place;
  }

  #leave(flow: OpenFlow): void {
    this.#flows.remove(flow.place);
    this.#options.onConnections?.(this.#flows.size);
    this.#closeIfDone(flow.listener);
    if (this.#flows.size === 0) this.#idle?.();
  }
}
