/**
 * Listening sockets that are held where no client wakes anybody.
 *
 * @module
 */
import type { HostPort } from "../config/address.ts";
import type { ListenerPlan } from "../config/plan.ts";
import { listenScopes } from "../config/scopes.ts";
import { narrowedTo } from "./worker_permissions.ts";

/** A listener on a host and a port. */
export type TcpListenerPlan = ListenerPlan & { readonly address: HostPort };
/** What is needed of a listener to hold its socket. */
export type SocketPlan = Pick<TcpListenerPlan, "address" | "backlog">;

/** Sockets that are held. */
export interface KeptSockets {
  /** Holds them no more. Resolves when they are closed. To be called once. */
  release(): Promise<void>;
}

/**
 * Holds these sockets of the process, too, from when it resolves until they are
 * released.
 *
 * @throws When it cannot; nothing is held then.
 */
export type SocketKeeper = (
  listeners: readonly SocketPlan[],
) => Promise<KeptSockets>;

/** What the keeper of the sockets is told, once. */
export interface KeepMessage {
  readonly listeners: readonly SocketPlan[];
  /** A 32-bit integer: 0 until the sockets are to be released. */
  readonly released: SharedArrayBuffer;
}

/** What it says. */
export type FromKeeper = "loaded" | "kept" | "released";

/**
 * Holds sockets in a worker that sleeps. The runtime watches every socket that
 * is open, in the thread that opened it: a thread that only holds one is woken
 * for each client, unless it is blocked.
 *
 * @param module The worker's module: it calls `keepSockets`.
 */
export function sleepingKeeper(module: URL): SocketKeeper {
  return async (listeners) => {
    const keeper = new Keeper(module, listeners);
    try {
      await keeper.said("loaded");
      const released = new SharedArrayBuffer(4);
      keeper.keep({ listeners, released });
      await keeper.said("kept");
      return {
        async release() {
          const flag = new Int32Array(released);
          Atomics.store(flag, 0, 1);
          Atomics.notify(flag, 0);
          // One that has died holds nothing any more.
          await keeper.said("released").catch(() => {});
          keeper.end();
        },
      };
    } catch (error) {
      keeper.end();
      throw error;
    }
  };
}

/** The worker that sleeps. */
class Keeper {
  readonly #worker: Worker;
  readonly #said = {
    loaded: Promise.withResolvers<void>(),
    kept: Promise.withResolvers<void>(),
    released: Promise.withResolvers<void>(),
  };

  constructor(module: URL, listeners: readonly SocketPlan[]) {
    const worker = this.#worker = new Worker(module, {
      type: "module",
      name: "passthru sockets",
      ...narrowedTo(
        listeners.flatMap(({ address }) => listenScopes(address)),
      ),
    });
    worker.onmessage = ({ data }) => this.#said[data as FromKeeper].resolve();
    worker.onerror = (event) => {
      // Without this the process would end, too.
      event.preventDefault();
      for (const { reject, promise } of Object.values(this.#said)) {
        promise.catch(() => {});
        reject(new Error(event.message));
      }
    };
  }

  keep(message: KeepMessage): void {
    this.#worker.postMessage(message);
  }

  said(word: FromKeeper): Promise<void> {
    return this.#said[word].promise;
  }

  /** It must not sleep: nothing ends a worker that does. */
  end(): void {
    this.#worker.terminate();
  }
}
