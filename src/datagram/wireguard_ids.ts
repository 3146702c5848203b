/**
 * Receiver indexes of WireGuard, and the flows that they belong to.
 *
 * Each side names an index of its own in its handshake messages, type 1 and 2;
 * the other side then sends responses, cookies and data to it, type 2, 3 and 4
 * (WireGuard, Next Generation Kernel Network Tunnel, §5.4). Indexes are sent in
 * clear, also by a client that has got another address.
 *
 * @module
 */
import { FlowIds } from "./flow_ids.ts";

const INITIATION = 1;
const RESPONSE = 2;
const COOKIE = 3;
const DATA = 4;
const INITIATION_BYTES = 148;
const RESPONSE_BYTES = 92;
const COOKIE_BYTES = 64;
const MIN_DATA_BYTES = 32;
const SENDER_AT = 4;
/** In a response, behind the sender. */
const RESPONSE_RECEIVER_AT = 8;
const RECEIVER_AT = 4;

/** Indexes of one listener. */
export class WireguardIds<Flow> {
  readonly #ids = new FlowIds<Flow>();

  /** How many indexes are known. */
  get size(): number {
    return this.#ids.size;
  }

  /** The flow that a client's message is for by its receiver; `null`: none. */
  find(datagram: Uint8Array): Flow | null {
    if (this.size === 0) return null;
    const receiver = receiverOf(datagram);
    return receiver === null ? null : this.#ids.get(receiver);
  }

  /** Takes the index that a server names in a message, if it does. */
  learnFromServer(datagram: Uint8Array, flow: Flow): void {
    const type = typeOf(datagram);
    if (type !== INITIATION && type !== RESPONSE) return;
    this.#ids.add(indexAt(datagram, SENDER_AT), flow);
  }

  /** A flow has gone. */
  forget(flow: Flow): void {
    this.#ids.forget(flow);
  }
}

/** Whether a message begins a session, for a server that its MAC tells. */
export function isInitiation(datagram: Uint8Array): boolean {
  return typeOf(datagram) === INITIATION;
}

function receiverOf(datagram: Uint8Array): string | null {
  switch (typeOf(datagram)) {
    case RESPONSE:
      return indexAt(datagram, RESPONSE_RECEIVER_AT);
    case COOKIE:
    case DATA:
      return indexAt(datagram, RECEIVER_AT);
    default:
      return null;
  }
}

/** The type of a message; 0: it is none of WireGuard. */
function typeOf(datagram: Uint8Array): number {
  const { length } = datagram;
  if (length < MIN_DATA_BYTES) return 0;
  if ((datagram[1]! | datagram[2]! | datagram[3]!) !== 0) return 0;
  const type = datagram[0]!;
  const fits = type === INITIATION && length === INITIATION_BYTES ||
    type === RESPONSE && length === RESPONSE_BYTES ||
    type === COOKIE && length === COOKIE_BYTES ||
    type === DATA && length % 16 === 0;
  return fits ? type : 0;
}

/** Four bytes as a text, as they are on the wire. */
function indexAt(datagram: Uint8Array, at: number): string {
  return String.fromCharCode(
    datagram[at]!,
    datagram[at + 1]!,
    datagram[at + 2]!,
    datagram[at + 3]!,
  );
}
