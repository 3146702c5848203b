/**
 * What all data planes of a process share.
 *
 * @module
 */
import { LimitLedger } from "../proxy/limits/ledger.ts";
import type { RoomMemory } from "../proxy/room.ts";
import { HOPS_BYTES } from "../upstream/hops.ts";

/** Outlives every Plan: the control plane has one. */
export class ProcessMemory {
  /** The last connection number of the process: one `Int32`. */
  readonly ids: SharedArrayBuffer = new SharedArrayBuffer(4);
  /** For `Hops`. */
  readonly hops: SharedArrayBuffer = new SharedArrayBuffer(HOPS_BYTES);
  /** What limits are counted in. */
  readonly limits: LimitLedger = new LimitLedger();
  /** Whether there are descriptors for more connections. */
  readonly room: RoomMemory = {
    open: this.limits.all,
    ceiling: new SharedArrayBuffer(4),
  };
}
