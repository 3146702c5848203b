/**
 * What forwarding needs to know, and what it tells.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { ForwarderResources } from "./direction.ts";
import type { ByteFilter } from "./filtered.ts";

/** Options of `Forwarder`. */
export interface ForwarderOptions {
  /** Longest time without a byte in either direction, in ms; 0: no limit. */
  readonly idleTimeoutMs: number;
  /** What the target gets before the client's bytes. Default: nothing. */
  readonly opening?: Uint8Array | undefined;
  /** What the client's bytes go through first. Default: nothing. */
  readonly filter?: ByteFilter | undefined;
  /** Bytes up and down that went before, for the counts. Default: none. */
  readonly before?:
    | { readonly up: number; readonly down: number }
    | undefined;
  /** What connections share. Default: something of its own. */
  readonly shared?: ForwarderResources;
}

/** How a forwarded connection went. */
export interface ForwardResult {
  readonly reason: CloseReason;
  /** Bytes from the client that the target's socket took. */
  readonly bytesUp: number;
  /** Bytes from the target that the client's socket took. */
  readonly bytesDown: number;
  /** What broke, in words, when something did. */
  readonly error: string | undefined;
}

/** Whose forwarder it is. */
export interface ForwarderOwner {
  /** Hears once how it went; both connections are closed. Must not throw. */
  forwarded(result: ForwardResult): void;
}
