/**
 * The listening sockets that the control plane holds.
 *
 * @module
 */
import type { HostPort } from "../config/address.ts";
import type { ListenerPlan } from "../config/plan.ts";
import { isUnix } from "../config/unix_address.ts";
import type { PassthruError } from "../errors.ts";
import { listen } from "../net/listen.ts";
import { checkUnixFree } from "../net/unix_listener.ts";
import { bindAll } from "./bind.ts";

/** A listener with its socket, which is held and never accepted from. */
export interface Anchor {
  /** `null`: a Unix socket, which only who accepts from it can hold. */
  readonly socket: Deno.TcpListener | null;
  /** The listener's Plan with the host and the port that were bound. */
  readonly bound: ListenerPlan;
}

/** Anchors by the addresses of their listeners, as the config spells them. */
export type Anchors = ReadonlyMap<string, Anchor>;

/** A listener on a host and a port. */
type TcpPlan = ListenerPlan & { readonly address: HostPort };

/**
 * Anchors for listeners: those held already, and new ones; or none at all.
 *
 * @throws {PassthruError} `bind_failed`, with a line for each that is in use.
 */
export async function anchorsOf(
  listeners: readonly ListenerPlan[],
  held: Anchors,
): Promise<Map<string, Anchor>> {
  const fresh = listeners.filter(({ address }) => !held.has(address.text));
  const failures: PassthruError[] = [];
  for (const { address } of fresh) {
    const failure = isUnix(address) ? await checkUnixFree(address) : null;
    if (failure !== null) failures.push(failure);
  }
  const byTcp = fresh.filter(isTcp).map(withPort);
  const sockets = bindAll(byTcp, { shared: true, failures });
  const made = new Map(byTcp.map(({ address }, i): [string, Anchor] => {
    const socket = sockets[i] as Deno.TcpListener;
    return [address.text, anchor(byTcp[i]!, socket, address.hostname)];
  }));
  return new Map(listeners.map((listener): [string, Anchor] => {
    const { text } = listener.address;
    const known = held.get(text) ?? made.get(text);
    return [
      text,
      known?.socket
        ? anchor(
          listener,
          known.socket,
          (known.bound as TcpPlan).address.hostname,
        )
        : { socket: null, bound: listener },
    ];
  }));
}

/** Closes the sockets that are not among those to keep. */
export function closeOthers(anchors: Anchors, keep: Anchors): void {
  const kept = new Set([...keep.values()].map(({ socket }) => socket));
  for (const { socket } of anchors.values()) {
    if (!kept.has(socket)) socket?.close();
  }
}

function isTcp(listener: ListenerPlan): listener is TcpPlan {
  return !isUnix(listener.address);
}

/** A listener on port 0 with a port that is free; sockets of 0 are not shared. */
function withPort(listener: TcpPlan): TcpPlan {
  if (listener.address.port !== 0) return listener;
  const probe = listen(listener.address, { backlog: 1 });
  const { port } = probe.addr;
  probe.close();
  return { ...listener, address: { ...listener.address, port } };
}

/** @param hostname By which the socket was bound. */
function anchor(
  listener: ListenerPlan,
  socket: Deno.TcpListener,
  hostname: string,
): Anchor {
  const { addr } = socket;
  const address = {
    text: listener.address.text,
    hostname: hostname === "" ? addr.hostname : hostname,
    port: addr.port,
  };
  return { socket, bound: { ...listener, address } };
}
