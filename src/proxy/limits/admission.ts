/**
 * One connection's way through the limits of its listener.
 *
 * @module
 */
import type { Gate } from "./gate.ts";

/**
 * What one connection holds of a {@linkcode Gate}'s limits.
 *
 * Where the client's address is that of the connection, {@linkcode
 * Admission.admit} checks all at once. Where a PROXY header will name it,
 * {@linkcode Admission.enter} comes at the accept and {@linkcode
 * Admission.identify} behind the header. In both cases {@linkcode
 * Admission.leave} comes in the end.
 */
export class Admission {
  readonly #gate: Gate;
  #entered = false;
  #entry: number | null = null;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /**
   * Checks `allow` and `deny`, the totals, then the client's own limits.
   *
   * @param address IP address of the client; other texts are in no list.
   * @returns Which limit keeps the connection out, or `null`.
   */
  admit(address: string): string | null {
    const bytes = this.#gate.bytesOf(address);
    return this.#gate.screen(bytes) ?? this.enter() ?? this.#count(bytes);
  }

  /** Checks the totals. @returns Which keeps the connection out, or `null`. */
  enter(): string | null {
    const refused = this.#gate.enter();
    this.#entered = refused === null;
    return refused;
  }

  /**
   * Checks `allow` and `deny`, then the client's own limits.
   *
   * @param address IP address of the client; other texts are in no list.
   * @returns Which limit keeps the connection out, or `null`.
   */
  identify(address: string): string | null {
    const bytes = this.#gate.bytesOf(address);
    return this.#gate.screen(bytes) ?? this.#count(bytes);
  }

  /** Gives back all that the connection holds. Idempotent. */
  leave(): void {
    if (this.#entry !== null) this.#gate.giveClient(this.#entry);
    if (this.#entered) this.#gate.leave();
    this.#entry = null;
    this.#entered = false;
  }

  #count(address: Uint8Array | null): string | null {
    const taken = this.#gate.takeClient(address);
    if (typeof taken === "string") return taken;
    this.#entry = taken;
    return null;
  }
}
