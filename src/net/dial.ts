/**
 * Dialling a target.
 *
 * @module
 */

import { closeQuietly } from "./close_quietly.ts";
import { Deadlines } from "./deadlines.ts";

/** Where to dial: exactly the text that the permission scope names. */
export interface DialAddress {
  /** Host name or IP address, an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Options of {@linkcode dial}. */
export interface DialOptions {
  /** Longest wait for the connection, in milliseconds. */
  readonly timeoutMs: number;
  /** Gives the dial up when aborted. Used for this dial only. */
  readonly controller: AbortController;
  /** Where the timeout waits. Default: a wheel of its own. */
  readonly deadlines?: Deadlines;
}

/**
 * Connects to a target by TCP.
 *
 * @throws What `Deno.connect` throws; a `TimeoutError` after `timeoutMs`.
 */
export function dial(
  address: DialAddress,
  options: DialOptions,
): Promise<Deno.TcpConn> {
  const { controller, timeoutMs, deadlines = new Deadlines() } = options;
  const { signal } = controller;
  if (signal.aborted) return Promise.reject(signal.reason);
  const { throwIfAborted } = signal;
  signal.throwIfAborted = keepWhatConnected;
  const deadline = deadlines.set(
    timeoutMs,
    () => controller.abort(new DOMException("Dial timed out", "TimeoutError")),
  );
  return Deno.connect({
    hostname: address.hostname,
    port: address.port,
    signal,
    // There is only one to try.
    autoSelectFamily: !isIpLiteral(address.hostname),
  }).then(
    (conn) => {
      deadline.cancel();
      signal.throwIfAborted = throwIfAborted;
      if (signal.aborted) {
        closeQuietly(conn);
        throw signal.reason;
      }
      prepareTcp(conn);
      return conn;
    },
    (error) => {
      deadline.cancel();
      signal.throwIfAborted = throwIfAborted;
      throw signal.aborted ? signal.reason : error;
    },
  );
}

/**
 * While a dial goes on, in place of the signal's `throwIfAborted`, which
 * `Deno.connect` calls once more when it has connected: it throws then, and nobody
 * has the connection to close it. Without it the connection is given, or what the
 * abort has cancelled fails.
 */
function keepWhatConnected(): void {}

/** As a dial needs to know it: no host name has a colon or ends in a number. */
function isIpLiteral(hostname: string): boolean {
  return hostname.includes(":") || /\.\d+$/.test(hostname);
}

/**
 * Connects to a Unix socket, which takes no time: there is room in its queue or
 * there is none (`EAGAIN`).
 *
 * @throws What `Deno.connect` throws; the controller's reason when aborted.
 */
export async function dialUnix(
  path: string,
  { controller: { signal } }: Pick<DialOptions, "controller">,
): Promise<Deno.UnixConn> {
  signal.throwIfAborted();
  const conn = await Deno.connect({ transport: "unix", path });
  if (!signal.aborted) return conn;
  conn.close();
  throw signal.reason;
}

/** Sets no Nagle delay: the end points have done their own. */
export function prepareTcp(conn: Deno.Conn): void {
  if (!("setNoDelay" in conn)) return;
  try {
    (conn as Deno.TcpConn).setNoDelay(true);
  } catch {
    // The peer is gone already; the first read or write will say so.
  }
}

/**
 * Sets keep-alive probes, so that a peer that has vanished is noticed in the
 * end. For connections that last: most are gone before it would be worth its
 * system call.
 */
export function keepAlive(conn: Deno.Conn): void {
  if (!("setKeepAlive" in conn)) return;
  try {
    (conn as Deno.TcpConn).setKeepAlive(true);
  } catch {
    // As above.
  }
}
