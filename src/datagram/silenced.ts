/**
 * Flows that were refused a moment ago: what their clients send again is neither
 * decided nor reported again.
 *
 * @module
 */

/** How long a refused flow is remembered, in milliseconds. */
const KEPT_MS = 5_000;
/** Most that are remembered; then the oldest is forgotten. */
const MOST = 4_096;
/** How often a client that sends again is told again. */
const MOST_ANSWERS = 4;

/** A flow that was refused. */
interface Silenced {
  readonly untilMs: number;
  /** What its client was told; `null`: nothing. */
  readonly answer: Uint8Array | null;
  answers: number;
}

/** What is said to a client that was refused before; `null`: nothing. */
export interface SilencedClient {
  readonly answer: Uint8Array | null;
}

const UNTOLD: SilencedClient = { answer: null };

/** Remembers who was refused. */
export class SilencedClients {
  /** Oldest first. */
  readonly #clients = new Map<string, Silenced>();

  /** Whether nobody is remembered. */
  get isEmpty(): boolean {
    return this.#clients.size === 0;
  }

  /** Remembers one. @param answer What it was told; `null`: nothing. */
  add(key: string, answer: Uint8Array | null, nowMs: number): void {
    this.#clients.delete(key);
    if (this.#clients.size >= MOST) {
      for (const oldest of this.#clients.keys()) {
        this.#clients.delete(oldest);
        break;
      }
    }
    const untilMs = nowMs + KEPT_MS;
    this.#clients.set(key, { untilMs, answer, answers: 1 });
  }

  /** Whether one was refused, and what to say now. `null`: it was not. */
  get(key: string, nowMs: number): SilencedClient | null {
    const client = this.#clients.get(key);
    if (client === undefined) return null;
    if (nowMs >= client.untilMs) {
      this.#clients.delete(key);
      return null;
    }
    return client.answers++ < MOST_ANSWERS ? client : UNTOLD;
  }
}
