/**
 * Turning a connection away that is over a limit.
 *
 * @module
 */
import { addressText } from "../net/address_text.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import type { Report } from "../observe/report.ts";

/** What the report of a refused connection says. */
export interface RefusalOptions {
  /** Number of the connection in this process. */
  readonly id: number;
  /** The listener, as the config spells it. */
  readonly listener: string;
  /** Which limit, in words. */
  readonly limit: string;
}

const NOTHING = Object.freeze({});
const NOBODY: readonly string[] = Object.freeze([]);

/** Closes a connection at once, without a byte. No timer, no buffer. */
export function refuse(conn: Deno.Conn, options: RefusalOptions): Report {
  const { id, listener, limit } = options;
  const client = addressText(conn.remoteAddr);
  closeQuietly(conn);
  return Object.freeze({
    id,
    acceptedAt: Date.now(),
    listener,
    client,
    protocol: null,
    facts: NOTHING,
    rule: null,
    target: null,
    bytesUp: 0,
    bytesDown: 0,
    detectMs: null,
    dialMs: null,
    totalMs: 0,
    reason: "limit",
    error: limit,
    verdicts: NOBODY,
  });
}
