/**
 * What is known of a connection beside its bytes.
 *
 * @module
 */
import { ipBytes } from "../address/ip_address.ts";

/** Who connected, and when: what `FROM` and `TIME` ask for. */
export class Connection {
  /** The client's IP address as text; `null`: it has none, or it is unknown. */
  readonly client: string | null;
  /** When it was accepted, in milliseconds since the epoch; `null`: unknown. */
  readonly acceptedAt: number | null;
  #bytes: Uint8Array | null | undefined;

  /** Takes both as they are; the address is read only when it is asked for. */
  constructor(client: string | null, acceptedAt: number | null) {
    this.client = client;
    this.acceptedAt = acceptedAt;
  }

  /** The client's address, 4 or 16 bytes; `null` as {@linkcode client}. */
  get address(): Uint8Array | null {
    if (this.#bytes === undefined) {
      this.#bytes = this.client === null ? null : ipBytes(this.client);
    }
    return this.#bytes;
  }
}
