/**
 * Connection ids of QUIC, as far as they are sent in clear, and the flows that
 * they belong to.
 *
 * A client's first packets carry an id of its own choice. A server gives its own
 * in its long headers (Initial, Handshake, Retry), and the client then uses that
 * (RFC 9000 §7.2). Ids that are given later are encrypted.
 *
 * @module
 */
import { latin1 } from "../detect/byte_reader.ts";
import {
  isLongHeader,
  MAX_ID_BYTES,
  MIN_INITIAL_DATAGRAM_BYTES,
  readLongHeader,
  readShortHeaderId,
} from "../detect/quic/header.ts";
import { longPackets } from "../detect/quic/opening.ts";
import { quicVersion } from "../detect/quic/version.ts";
import { FlowIds } from "./flow_ids.ts";

/** Ids of one listener. */
export class QuicIds<Flow> {
  readonly #ids = new FlowIds<Flow>();
  /** How many ids have each length: a short header does not say how long it is. */
  readonly #lengths: number[] = new Array(MAX_ID_BYTES + 1).fill(0);

  /** The id that was found last, of a short header; `null`: of a long one. */
  foundShort: Uint8Array | null = null;

  /** How many ids are known. */
  get size(): number {
    return this.#ids.size;
  }

  /** The flow that a client's datagram belongs to by its id; `null`: none. */
  find(datagram: Uint8Array): Flow | null {
    this.foundShort = null;
    if (this.size === 0 || datagram.length === 0) return null;
    if (isLongHeader(datagram[0]!)) {
      const header = readLongHeader(datagram);
      return header && this.#ids.get(latin1(header.dcid));
    }
    for (let length = MAX_ID_BYTES; length > 0; length--) {
      if (this.#lengths[length] === 0) continue;
      const id = readShortHeaderId(datagram, length);
      const flow = id && this.#ids.get(latin1(id));
      if (flow === null) continue;
      this.foundShort = id!.slice();
      return flow;
    }
    return null;
  }

  /** Takes the id of a client's first datagram, if it has one. */
  learnFromClient(datagram: Uint8Array, flow: Flow): void {
    this.#learn(readLongHeader(datagram)?.dcid, flow);
  }

  /** Takes the id that a server gives in a datagram, if it does. */
  learnFromServer(datagram: Uint8Array, flow: Flow): void {
    if (datagram.length === 0 || !isLongHeader(datagram[0]!)) return;
    const header = readLongHeader(datagram);
    // Version negotiation repeats what the client has chosen.
    if (header !== null && header.version !== 0) {
      this.#learn(header.scid, flow);
    }
  }

  /** A flow has gone. */
  forget(flow: Flow): void {
    for (const id of this.#ids.forget(flow)) this.#lengths[id.length]!--;
  }

  #learn(id: Uint8Array | undefined, flow: Flow): void {
    if (id === undefined || id.length === 0 || id.length > MAX_ID_BYTES) return;
    if (this.#ids.add(latin1(id), flow)) this.#lengths[id.length]!++;
  }
}

/**
 * Whether a datagram is of those that a connection begins with: one that holds an
 * Initial, or one of a version that is not known.
 */
export function beginsConnection(datagram: Uint8Array): boolean {
  if (datagram.length < MIN_INITIAL_DATAGRAM_BYTES) return false;
  const header = readLongHeader(datagram);
  if (header === null || header.version === 0) return false;
  return quicVersion(header.version) === null ||
    longPackets(datagram).some(({ type }) => type === "initial");
}
