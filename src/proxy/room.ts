/**
 * Whether there is room for one more connection, by the descriptors that the
 * process has.
 *
 * @module
 */

/** What data planes share of it. Can be sent to a worker. */
export interface RoomMemory {
  /** Open connections of the process: one `Int32`. */
  readonly open: SharedArrayBuffer;
  /** Most connections that there is room for (`Int32`); 0: it is not known. */
  readonly ceiling: SharedArrayBuffer;
}

/**
 * The room that data planes have. They leave the rest to the control plane, which
 * would otherwise have nothing to answer probes and to replace workers with.
 */
export class Room {
  readonly #open: Int32Array;
  readonly #ceiling: Int32Array;

  /** @param memory Shared by all data planes of the process. */
  constructor({ open, ceiling }: RoomMemory) {
    this.#open = new Int32Array(open);
    this.#ceiling = new Int32Array(ceiling);
  }

  /** Whether there is room for one more. */
  get isLeft(): boolean {
    const ceiling = Atomics.load(this.#ceiling, 0);
    return ceiling === 0 || Atomics.load(this.#open, 0) < ceiling;
  }

  /** Open connections. */
  get open(): number {
    return Atomics.load(this.#open, 0);
  }

  /** The ceiling; `null`: none is known. */
  get ceiling(): number | null {
    const ceiling = Atomics.load(this.#ceiling, 0);
    return ceiling === 0 ? null : ceiling;
  }

  /**
   * There were too few descriptors for what is open now.
   *
   * @param without So many of those that are open had none. Default: 0.
   */
  exhausted(without = 0): void {
    const open = Math.max(1, Atomics.load(this.#open, 0) - without);
    const known = Atomics.load(this.#ceiling, 0);
    if (known === 0 || open < known) Atomics.store(this.#ceiling, 0, open);
  }

  /**
   * There is room for so many, the open ones included: at least one. `null`: it
   * is not known for how many.
   */
  limit(connections: number | null): void {
    const ceiling = connections === null ? 0 : Math.max(1, connections);
    Atomics.store(this.#ceiling, 0, ceiling);
  }
}
