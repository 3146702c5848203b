/**
 * Refusing clients of datagrams: what is said to them, and for a moment the same
 * again when they repeat themselves.
 *
 * @module
 */
import { latin1 } from "../detect/byte_reader.ts";
import { readLongHeader } from "../detect/quic/header.ts";
import type { Flow } from "./flow.ts";
import { SilencedClients } from "./silenced.ts";

/** What has to be waited for; `null`: nothing. */
export type Sending = Promise<unknown> | null;

/** What a client is told. */
export interface Answer {
  /** What it is, for people. */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** What clients are sent to by. */
type Sender = Pick<Deno.DatagramConn, "send">;

/** Tells clients of one socket that they are refused. */
export class Refusals {
  readonly #silenced = new SilencedClients();
  readonly #socket: Sender;

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  /**
   * Whether a client was refused a moment ago, and says the same again.
   *
   * @returns What to do then: `undefined` when it was not refused.
   */
  repeated(
    datagram: Uint8Array,
    from: Deno.NetAddr,
    key: string,
  ): Sending | undefined {
    if (this.#silenced.isEmpty) return undefined;
    const now = performance.now();
    const silenced = this.#silenced.get(silencedKey(key, datagram), now);
    if (silenced === null) return undefined;
    return silenced.answer && sent(this.#socket.send(silenced.answer, from));
  }

  /**
   * Says what there is to say, and remembers it.
   *
   * @param datagram The first of the flow.
   */
  say(flow: Flow, datagram: Uint8Array, answer: Answer | null): Sending {
    const { protocol } = flow.group.outcome!;
    const sending = answer &&
      sent(this.#socket.send(answer.bytes, flow.client));
    // Each message of these is for itself; after version negotiation another
    // one comes.
    const isOver = protocol !== "DNS" && protocol !== "WIREGUARD" &&
      answer?.text !== "version_negotiation";
    if (isOver) {
      const key = silencedKey(flow.key, datagram);
      this.#silenced.add(key, answer?.bytes ?? null, performance.now());
    }
    return sending;
  }
}

/** Waits until something is sent, or is lost. */
export async function sent(sending: Promise<unknown>): Promise<void> {
  try {
    await sending;
  } catch {
    // The ends notice, and send it again or not.
  }
}

/** By what a refused client is known: QUIC's by its connection. */
function silencedKey(key: string, datagram: Uint8Array): string {
  const header = readLongHeader(datagram);
  return header === null ? key : `${key} ${latin1(header.dcid)}`;
}
