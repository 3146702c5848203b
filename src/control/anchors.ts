/**
 * The listening sockets that the control plane holds.
 *
 * @module
 */
import type { ListenerPlan } from "../config/plan.ts";
import { isUnix } from "../config/unix_address.ts";
import type { PassthruError } from "../errors.ts";
import { listen } from "../net/listen.ts";
import { checkUnixFree } from "../net/unix_listener.ts";
import { bindAll, type BoundListener, boundListener } from "../proxy/bind.ts";
import type {
  KeptSockets,
  SocketKeeper,
  TcpListenerPlan,
} from "./socket_keeper.ts";

/** The address of a socket that only who accepts from it can hold. */
const UNIX: Deno.UnixAddr = { transport: "unix", path: "" };

/** A listener that is held. */
interface Anchor {
  /** Its Plan with the host and the port that were bound. */
  readonly plan: ListenerPlan;
  readonly bound: BoundListener;
}

/**
 * Holds the TCP sockets of a Plan's listeners without accepting from them, so
 * that a data plane that crashes or is replaced takes none of them along.
 */
export class Anchors {
  /** By the addresses, as the config spells them. */
  readonly #anchors: ReadonlyMap<string, Anchor>;
  #sockets: readonly Deno.TcpListener[];
  #kept: KeptSockets | null = null;
  readonly #closing = new AbortController();
  /** Settles when nothing is on its way to a keeper; never rejects. */
  #giving: Promise<unknown> = Promise.resolve();

  private constructor(
    anchors: ReadonlyMap<string, Anchor>,
    sockets: readonly Deno.TcpListener[],
  ) {
    this.#anchors = anchors;
    this.#sockets = sockets;
  }

  /**
   * Opens the sockets of listeners: shared with those that hold the same ones
   * already, so that none of them is without an owner for a moment.
   *
   * @param before What is held now: its ports are kept. `null`: nothing.
   * @throws {PassthruError} `bind_failed`, with a line for each that is in use;
   * nothing is opened then.
   */
  static async open(
    listeners: readonly ListenerPlan[],
    before: Anchors | null,
  ): Promise<Anchors> {
    const failures: PassthruError[] = [];
    for (const { address } of listeners) {
      if (!isUnix(address) || before?.find(address.text)) continue;
      const failure = await checkUnixFree(address);
      if (failure !== null) failures.push(failure);
    }
    const plans = listeners.map((listener) => {
      const known = before?.find(listener.address.text);
      return isTcp(listener) ? withPort(listener, known) : listener;
    });
    const sockets = bindAll(plans.filter(isTcp), {
      shared: true,
      failures,
    }) as Deno.TcpListener[];
    const anchors = new Map<string, Anchor>();
    let opened = 0;
    for (const plan of plans) {
      anchors.set(
        plan.address.text,
        isTcp(plan)
          ? anchor(plan, sockets[opened++]!.addr)
          : { plan, bound: boundListener(plan, { addr: UNIX }) },
      );
    }
    return new Anchors(anchors, sockets);
  }

  /** The listeners with the hosts and the ports that they have, in order. */
  get plans(): ListenerPlan[] {
    return [...this.#anchors.values()].map(({ plan }) => plan);
  }

  /** One of {@linkcode Anchors.plans}, by the config's spelling of its address. */
  find(address: string): ListenerPlan | undefined {
    return this.#anchors.get(address)?.plan;
  }

  /** What is told of the listeners, in order. */
  get bound(): BoundListener[] {
    return [...this.#anchors.values()].map(({ bound }) => bound);
  }

  /** Aborts when they are closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Gives the sockets to a keeper, so that this thread is not woken for each
   * client.
   *
   * @throws What the keeper throws: the sockets are held here then, as before.
   */
  giveTo(keeper: SocketKeeper): Promise<void> {
    const plans = this.plans.filter(isTcp);
    if (plans.length === 0) return Promise.resolve();
    const given = keeper(plans).then((kept) => {
      this.#kept = kept;
      this.#closeSockets();
    });
    this.#giving = given.catch(() => {});
    return given;
  }

  /** Holds them no more. Resolves when they are closed. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#closeSockets();
    await this.#giving;
    await this.#kept?.release();
    this.#kept = null;
  }

  #closeSockets(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets = [];
  }
}

function isTcp(listener: ListenerPlan): listener is TcpListenerPlan {
  return !isUnix(listener.address);
}

/**
 * A listener on the port that it has, or on one that is free in place of 0:
 * sockets of 0 are not shared.
 */
function withPort(
  listener: TcpListenerPlan,
  known: ListenerPlan | undefined,
): TcpListenerPlan {
  if (known && isTcp(known)) return { ...listener, address: known.address };
  if (listener.address.port !== 0) return listener;
  const probe = listen(listener.address, { backlog: 1 });
  const { port } = probe.addr;
  probe.close();
  return { ...listener, address: { ...listener.address, port } };
}

function anchor(plan: TcpListenerPlan, addr: Deno.NetAddr): Anchor {
  const { hostname } = plan.address;
  return {
    plan: {
      ...plan,
      address: {
        text: plan.address.text,
        hostname: hostname === "" ? addr.hostname : hostname,
        port: addr.port,
      },
    },
    bound: boundListener(plan, { addr }),
  };
}
