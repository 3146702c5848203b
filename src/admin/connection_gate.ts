/**
 * How many connections the admin server has, and for how long one may say
 * nothing.
 *
 * @module
 */

/** Most connections at a time, of those that have not shown the token. */
const MOST = 48;
/** The same of those that have. */
const MOST_TRUSTED = 96;
/** How long a connection may wait for a request, or for the rest of it, in ms. */
const PATIENCE_MS = 15_000;

/** The part of a connection that is used here. */
export interface Closable {
  /** Closes it. */
  destroy(): unknown;
}

/** Options of {@linkcode ConnectionGate}. */
export interface GateOptions {
  /** Default: 48. */
  readonly most?: number;
  /** Default: 96. */
  readonly mostTrusted?: number;
  /** In milliseconds. Default: 15 seconds. */
  readonly patienceMs?: number;
}

/** What is known of a connection. */
interface Place {
  /** Whether it has shown the token. */
  trusted: boolean;
  /** Closes it when no request comes; `null`: one is being answered. */
  timer: ReturnType<typeof setTimeout> | null;
}

/**
 * Lets connections in. Where there are too many, the one goes that has waited
 * longest without a whole request, so that nobody who asks and reads the answer
 * is kept out by those who only connect.
 */
export class ConnectionGate<C extends Closable> {
  readonly #options: Required<GateOptions>;
  /** Those that wait for a request stand in the order in which they began to. */
  readonly #places = new Map<C, Place>();
  #closing = false;
  #onEmpty: () => void = () => {};

  /** There are none yet. */
  constructor(options: GateOptions = {}) {
    this.#options = {
      most: MOST,
      mostTrusted: MOST_TRUSTED,
      patienceMs: PATIENCE_MS,
      ...options,
    };
  }

  /** Connections there are. */
  get size(): number {
    return this.#places.size;
  }

  /** Takes a connection. @returns Whether it may stay; else it is closed. */
  enter(connection: C): boolean {
    if (this.#closing || !this.#hasRoom(false)) {
      connection.destroy();
      return false;
    }
    this.#places.set(connection, { trusted: false, timer: null });
    this.waits(connection);
    return true;
  }

  /** It has shown the token. */
  trust(connection: C): void {
    const place = this.#places.get(connection);
    if (place === undefined || place.trusted) return;
    this.#hasRoom(true);
    place.trusted = true;
  }

  /** A whole request has come from it. */
  asks(connection: C): void {
    const place = this.#places.get(connection);
    if (place === undefined) return;
    if (place.timer !== null) clearTimeout(place.timer);
    place.timer = null;
  }

  /** It waits for a request: it is new, or has been answered. */
  waits(connection: C): void {
    const place = this.#places.get(connection);
    if (place === undefined) return;
    if (this.#closing) return void connection.destroy();
    this.asks(connection);
    place.timer = setTimeout(
      () => connection.destroy(),
      this.#options.patienceMs,
    );
    this.#places.delete(connection);
    this.#places.set(connection, place);
  }

  /** Closes the one that has waited longest: there are no descriptors left. */
  makeRoom(): void {
    this.#longest(false)?.destroy();
  }

  /** It is closed. */
  leave(connection: C): void {
    this.asks(connection);
    this.#places.delete(connection);
    if (this.#places.size === 0) this.#onEmpty();
  }

  /** Closes those that wait, and lets nobody in. Resolves when all are closed. */
  close(): Promise<void> {
    this.#closing = true;
    for (const [connection, { timer }] of [...this.#places]) {
      if (timer !== null) connection.destroy();
    }
    if (this.#places.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty = resolve);
  }

  /** Closes all now. */
  closeAll(): void {
    for (const connection of [...this.#places.keys()]) connection.destroy();
  }

  /** @returns Whether there is room for one more, which may have to be made. */
  #hasRoom(trusted: boolean): boolean {
    const { most, mostTrusted } = this.#options;
    const all = [...this.#places.values()];
    const others = all.filter((one) => one.trusted === trusted);
    if (others.length < (trusted ? mostTrusted : most)) return true;
    const longest = this.#longest(trusted);
    longest?.destroy();
    return longest !== null;
  }

  #longest(trusted: boolean): C | null {
    for (const [connection, place] of this.#places) {
      if (place.trusted === trusted && place.timer !== null) return connection;
    }
    return null;
  }
}
