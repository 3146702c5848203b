/**
 * The data plane of one Plan: its listeners and their connections.
 *
 * @module
 */
import type { ListenerPlan, Plan } from "../config/plan.ts";
import { isUnix } from "../config/unix_address.ts";
import { withDeclared } from "../detect/declared.ts";
import { type CloseReason, errorCode, errorText } from "../errors.ts";
import { AcceptLoop } from "../net/accept.ts";
import { forwarderResources } from "../net/direction.ts";
import { RingBufferPool } from "../net/ring_buffer.ts";
import type { OpenConnection } from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import { Hops, HOPS_BYTES } from "../upstream/hops.ts";
import { TargetBoard } from "../upstream/target_board.ts";
import { Targets } from "../upstream/targets.ts";
import {
  bindAll,
  type BoundListener,
  boundListener,
  type ListeningSocket,
} from "./bind.ts";
import { idPrefix } from "./client_origin.ts";
import { Admission } from "./limits/admission.ts";
import { type Gate, gatesOf } from "./limits/gate.ts";
import { LimitLedger } from "./limits/ledger.ts";
import { OpenSessions } from "./open_sessions.ts";
import { acceptProxy } from "./proxy_intake.ts";
import { refuse } from "./refusal.ts";
import { Router } from "./router.ts";
import { Session } from "./session.ts";
import { checkFound, type ServerOptions } from "./server_options.ts";
import type { SessionContext } from "./session_context.ts";
import { Spread } from "./spread.ts";

export type { ServerOptions };

/** What the connections of a listener share. */
interface ListenerContext extends SessionContext {
  readonly gate: Gate;
}

/**
 * Binds all listeners of a Plan and serves their connections until stopped.
 */
export class Server {
  /** The bound listeners, in the order of the Plan. */
  readonly listeners: readonly BoundListener[];
  readonly #options: ServerOptions;
  readonly #loops: AcceptLoop[] = [];
  readonly #sessions = new OpenSessions();
  readonly #targets: Targets;
  readonly #forwarding = forwarderResources({ lingers: true });
  /** `null`: it does not accept, or there is no other server of the Plan. */
  #spread: Spread | null = null;
  #lastId = 0;
  #running: Promise<void>[] = [];

  /**
   * Binds; nothing is accepted yet.
   *
   * @throws {PassthruError} `bind_failed`, naming every address that cannot be
   * bound; nothing is bound then. `needs_discovery`, when the Plan has a `srv:`
   * target and nothing was found for it.
   */
  constructor(plan: Plan, options: ServerOptions) {
    this.#options = options;
    checkFound(plan, options);
    const registry = withDeclared(options.registry, plan.detectors);
    const share = options.targets ?? new TargetBoard(plan, 1).share(0);
    // The path of a Unix socket leads to one of the planes.
    const isServed = ({ address }: ListenerPlan) =>
      share.row === 0 || !isUnix(address);
    const listeners = plan.listeners.filter(isServed);
    const routers = listeners.map((listener) => new Router(listener, registry));
    const { logger, observer = {}, shared = false } = options;
    const hops = options.hops ?? new SharedArrayBuffer(HOPS_BYTES);
    const { found = [] } = options;
    const forwarding = this.#forwarding;
    this.#targets = new Targets(plan, {
      deadlines: forwarding.deadlines,
      share,
      logger,
      found,
      onDial: observer.dialled && ((attempt) => observer.dialled?.(attempt)),
      onScarce: () => options.room?.exhausted(1),
    });
    const sockets = bindAll(listeners, { shared });
    this.listeners = sockets.map((socket, index) =>
      boundListener(listeners[index]!, socket)
    );
    const prefix = idPrefix();
    const limits = options.limits ?? new LimitLedger().open(plan);
    const gates = gatesOf(plan, limits)
      .filter((_, index) => isServed(plan.listeners[index]!));
    const pools = new Map<number, RingBufferPool>();
    listeners.forEach((listener, index) => {
      const size = listener.maxPeekBytes;
      const pool = pools.get(size) ?? new RingBufferPool(size);
      pools.set(size, pool);
      this.#loops.push(this.#loop(sockets[index]!, {
        gate: gates[index]!,
        listener: listener.address.text,
        hops: new Hops(hops, this.listeners[index]!.address),
        router: routers[index]!,
        targets: this.#targets,
        pool,
        forwarding,
        detectTimeoutMs: listener.detectTimeoutMs,
        acceptProxy: acceptProxy(
          listener.acceptProxy,
          routers[index]!.atOnce !== null,
        ),
        idPrefix: prefix,
        observer,
        onEnded: (connection, report) => this.#onEnded(connection, report),
      }));
    });
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sessions.size;
  }

  /** Takes in the targets that a service has now. */
  update(found: FoundTargets): void {
    this.#targets.update(found);
  }

  /** Starts to accept, and to check the targets' health. */
  start(): void {
    this.#targets.start();
    const { spread } = this.#options;
    if (spread !== undefined) this.#spread = new Spread(spread);
    this.#running = this.#loops.map((loop) => loop.run());
  }

  /**
   * Stops accepting and lets the open connections end by themselves.
   *
   * @param drainMs How long they may take, in milliseconds; then they are
   * closed. `null`: as long as they last.
   * @param onQuiet Hears that no connection is accepted any more.
   * @returns How many had to be closed.
   */
  async stop(drainMs: number | null, onQuiet?: () => void): Promise<number> {
    this.#spread?.end();
    this.#spread = null;
    for (const loop of this.#loops) loop.stop();
    const unchecked = this.#targets.stop();
    this.#sessions.drain();
    await Promise.all(this.#running);
    onQuiet?.();
    const timer = drainMs === null
      ? undefined
      : setTimeout(() => this.close("drain_deadline"), drainMs);
    await this.#sessions.ended();
    clearTimeout(timer);
    await unchecked;
    this.#forwarding.deadlines.end();
    return this.#sessions.closed;
  }

  /** Closes all open connections now. */
  close(reason: CloseReason): void {
    this.#sessions.close(reason);
  }

  /** Closes one connection now. @returns Whether there is one of that number. */
  closeOne(id: number, reason: CloseReason): boolean {
    return this.#sessions.closeOne(id, reason);
  }

  #loop(socket: ListeningSocket, context: ListenerContext): AcceptLoop {
    const { listener, observer } = context;
    const { logger, room, spread } = this.#options;
    return new AcceptLoop(socket, {
      onConn: (conn) => this.#serve(conn, context),
      ...(room && { hasRoom: () => room.isLeft }),
      ...(spread && { isAhead: () => this.#spread?.isAhead() === true }),
      onGone: (code) => {
        observer.acceptFailed?.(listener, code);
        const fields = { listener, code };
        logger.log("debug", "client gone before it was accepted", fields);
      },
      onError: (error, pauseMs) => {
        const code = errorCode(error);
        if (code === "EMFILE") room?.exhausted();
        observer.acceptFailed?.(listener, code);
        logger.log("error", "accept failed", {
          listener,
          code,
          error: errorText(error),
          retry_seconds: pauseMs / 1_000,
        });
      },
    });
  }

  #serve(conn: Deno.Conn, context: ListenerContext): void {
    const { nextId, onReport } = this.#options;
    const { listener, observer } = context;
    const id = nextId?.() ?? ++this.#lastId;
    const admission = new Admission(context.gate);
    // Behind a proxy, the client's own limits wait for its header.
    const direct = context.acceptProxy === null;
    const limit = direct
      ? admission.admit(ipText(conn.remoteAddr))
      : admission.enter();
    if (limit !== null) {
      admission.leave();
      const report = refuse(conn, { id, listener, limit });
      observer.closed?.(report, null);
      onReport(report);
      return;
    }
    const session = new Session(conn, context, { id, admission });
    this.#sessions.add(session);
    this.#spread?.accepted();
    this.#counted();
    observer.opened?.(listener, session);
    void session.run();
  }

  #onEnded(connection: OpenConnection, report: Report): void {
    const { observer, onReport } = this.#options;
    observer?.closed?.(report, connection);
    this.#sessions.remove(connection);
    onReport(report);
    this.#counted();
    this.#sessions.settle();
  }

  #counted(): void {
    const { size } = this.#sessions;
    this.#options.onConnections?.(size);
    this.#spread?.set(size);
  }
}

/** The IP address in an address; empty when there is none. */
function ipText(address: Deno.Addr): string {
  return "hostname" in address ? address.hostname : "";
}
