/**
 * The connection ids of a QUIC connection, as far as they are sent in clear.
 *
 * A client may use one address for several connections, one after the other or at
 * once: an Initial to an id that nobody has named before begins another one.
 *
 * @module
 */
import { latin1 } from "../detect/byte_reader.ts";
import { readLongPacket } from "../detect/quic/header.ts";
import { longPackets } from "../detect/quic/opening.ts";

/** Ids of the connections between two ends. */
export class QuicIds {
  readonly #known = new Set<string>();

  /** Whether a client's datagram begins another connection than those known. */
  isOther(datagram: Uint8Array): boolean {
    const id = initialId(datagram);
    return id !== null && this.#known.size > 0 && !this.#known.has(id);
  }

  /** Takes the id that a client has chosen. */
  learnFromClient(datagram: Uint8Array): void {
    const id = initialId(datagram);
    if (id !== null) this.#known.add(id);
  }

  /** Takes the id that a server has given, in a long header. */
  learnFromServer(datagram: Uint8Array): void {
    if (this.#known.size === 0) return;
    const packet = readLongPacket(datagram);
    if (packet !== null) this.#known.add(latin1(packet.scid));
  }
}

/** Where a client's first Initial in a datagram is sent to; `null`: there is none. */
function initialId(datagram: Uint8Array): string | null {
  const packet = longPackets(datagram).find(({ type }) => type === "initial");
  return packet === undefined ? null : latin1(packet.dcid);
}
