/**
 * The connections of a server that are open.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { OpenConnection } from "../observe/observer.ts";
import { Roster } from "../observe/roster.ts";
import type { Session } from "./session.ts";

/** Knows them, closes them, and tells when there is none any more. */
export class OpenSessions {
  readonly #sessions = new Roster<Session>();
  /** Those that {@linkcode OpenSessions.close} has closed. */
  readonly #closed = new Set<Session>();
  #draining = false;
  #idle: (() => void) | null = null;

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** How many {@linkcode OpenSessions.close} has closed. */
  get closed(): number {
    return this.#closed.size;
  }

  /** Takes one in. */
  add(session: Session): void {
    if (this.#draining) session.drain();
    session.place = this.#sessions.add(session);
  }

  /** One has ended. */
  remove({ place }: OpenConnection): void {
    this.#sessions.remove(place);
  }

  /** Tells {@linkcode OpenSessions.ended} when there is none any more. */
  settle(): void {
    if (this.#sessions.size === 0) this.#idle?.();
  }

  /** No more are accepted; those that come were on their way. */
  drain(): void {
    this.#draining = true;
    for (const session of this.#sessions) session.drain();
  }

  /** Closes all now. */
  close(reason: CloseReason): void {
    for (const session of this.#sessions) {
      this.#closed.add(session);
      session.close(reason);
    }
  }

  /** Closes one now. @returns Whether there is one of that number. */
  closeOne(id: number, reason: CloseReason): boolean {
    for (const session of this.#sessions) {
      if (session.id !== id) continue;
      session.close(reason);
      return true;
    }
    return false;
  }

  /** Resolves when there is none. */
  ended(): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle = resolve);
  }
}
