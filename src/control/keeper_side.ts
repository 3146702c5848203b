/**
 * The side of a worker that holds listening sockets and sleeps.
 *
 * @module
 */
import { listen } from "../net/listen.ts";
import type { FromKeeper, KeepMessage } from "./socket_keeper.ts";

/** The part of a worker's global scope that is used here. */
interface KeeperScope {
  onmessage: ((event: MessageEvent<KeepMessage>) => void) | null;
  postMessage(message: FromKeeper): void;
}

/**
 * Holds the sockets that it is told of, and blocks until they are released. To
 * be called once, at the top of a worker's module.
 */
export function keepSockets(): void {
  const scope = globalThis as unknown as KeeperScope;
  scope.onmessage = ({ data: { listeners, released } }) => {
    const sockets = listeners.map(({ address, backlog }) =>
      listen(address, { backlog, shared: true })
    );
    scope.postMessage("kept");
    Atomics.wait(new Int32Array(released), 0, 0);
    for (const socket of sockets) socket.close();
    scope.postMessage("released");
  };
  scope.postMessage("loaded");
}
