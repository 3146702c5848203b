/**
 * Binding the listeners of a Plan.
 *
 * @module
 */
import type { ListenerPlan } from "../config/plan.ts";
import { freshPath, isUnix } from "../config/unix_address.ts";
import { PassthruError } from "../errors.ts";
import { listen } from "../net/listen.ts";
import { UnixListener } from "../net/unix_listener.ts";

/** A listening socket, as far as who accepts from it needs to know. */
export type ListeningSocket = Deno.TcpListener | UnixListener;

/** A bound listener. */
export interface BoundListener {
  /** The address, as the config spells it. */
  readonly text: string;
  /**
   * The address that the socket has, with the port that a 0 became; without a
   * host and with port 0 for a Unix socket.
   */
  readonly address: { readonly hostname: string; readonly port: number };
}

/** Options of {@linkcode bindAll}. */
export interface BindOptions {
  /** Whether other listeners of this process have the same addresses. */
  readonly shared: boolean;
  /** What keeps the Plan from being served anyhow. Default: nothing. */
  readonly failures?: readonly PassthruError[];
}

/**
 * Binds all listeners or none.
 *
 * @throws {PassthruError} `bind_failed`, with a line for each failure.
 */
export function bindAll(
  plans: readonly ListenerPlan[],
  { shared, failures: before = [] }: BindOptions,
): ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  const failures: unknown[] = [...before];
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (error) {
      failures.push(error);
    }
  };
  for (const plan of plans) attempt(() => sockets.push(bind(plan, shared)));
  for (const socket of sockets) {
    // Nothing is taken from anybody while something is left that may fail.
    if (failures.length > 0 || !(socket instanceof UnixListener)) continue;
    attempt(() => socket.publish());
  }
  if (failures.length === 0) return sockets;
  for (const socket of sockets) socket.close();
  throw new PassthruError(
    failures.map((error) => error instanceof Error ? error.message : error)
      .join("\n"),
    { code: "bind_failed", source: "config", cause: failures[0] },
  );
}

/** What is told of a bound listener. */
export function boundListener(
  { address }: ListenerPlan,
  { addr }: { readonly addr: Deno.Addr },
): BoundListener {
  return {
    text: address.text,
    address: "hostname" in addr ? addr : { hostname: "", port: 0 },
  };
}

function bind({ address, backlog }: ListenerPlan, shared: boolean) {
  return isUnix(address)
    ? new UnixListener(address, {
      fresh: freshPath(address.path),
      takeOver: shared,
    })
    : listen(address, { backlog, shared });
}
