/**
 * Reading what nobody wants.
 *
 * @module
 */
import type { ByteSource, PeekedSource } from "./peek.ts";

/**
 * How long a connection is read away that has got its last byte, in ms. To close
 * over unread bytes makes the kernel send a reset, which can destroy what is
 * still on its way to the client.
 */
export const LINGER_MS = 1_000;

/** What is read at a time, in bytes. */
const SCRAP_BYTES = 4 * 1024;

/** Options of {@linkcode readAway}. */
export interface ReadAwayOptions {
  /** Bytes that were read already, and the read that may be pending. */
  readonly peeked?: PeekedSource;
  /** Longest time in milliseconds; 0: no limit. */
  readonly limitMs: number;
  /** What the time counts from: the call, or the last byte. */
  readonly since: "start" | "last_byte";
  /** Hears that the time is over; has to close the connection. */
  readonly onTimeout: () => void;
}

/**
 * Reads and forgets until the source ends, breaks or is closed. Never rejects.
 */
export async function readAway(
  source: ByteSource,
  options: ReadAwayOptions,
): Promise<void> {
  const { peeked, limitMs, since, onTimeout } = options;
  let start = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // One timer, set anew only when it fires.
  const watch = () => {
    const leftMs = start + limitMs - performance.now();
    if (leftMs <= 0) onTimeout();
    else timer = setTimeout(watch, Math.ceil(leftMs));
  };
  if (limitMs > 0) watch();
  try {
    while (await peeked?.nextPeeked());
    if (peeked?.ended) return;
    const scrap = new Uint8Array(SCRAP_BYTES);
    while (await source.read(scrap) !== null) {
      if (since === "last_byte") start = performance.now();
    }
  } catch {
    // It is gone, or the time is over.
  } finally {
    clearTimeout(timer);
  }
}
