/**
 * The UDP flows of a capture: the datagrams between two ends, in order of arrival.
 *
 * @module
 */
import { ipText } from "../address/ip_address.ts";
import { MAX_HELD_DATAGRAMS } from "../detect/identify.ts";
import type { Flow } from "./flow.ts";
import { endpointKey, endpointText, type UdpDatagram } from "./packet.ts";
import { QuicIds } from "./quic_ids.ts";

/** Silence behind which datagrams between the same ends are another flow. */
const MAX_SILENCE_MS = 60_000;

/** The client's side of every UDP flow, in the order of first packets. */
export class UdpFlows {
  readonly #all: UdpFlow[] = [];
  /** The last flow between each two ends. */
  readonly #latest = new Map<string, UdpFlow>();

  /**
   * Takes the next datagram of the capture.
   *
   * @param timeMs When it was captured, in milliseconds since the epoch; `null`:
   * unknown.
   */
  add(datagram: UdpDatagram, timeMs: number | null): void {
    const source = endpointKey(datagram.source);
    const destination = endpointKey(datagram.destination);
    const pair = source < destination
      ? source + destination
      : destination + source;
    let flow = this.#latest.get(pair);
    if (flow === undefined || flow.isOver(datagram, source, timeMs)) {
      flow = new UdpFlow(datagram, { source, timeMs });
      this.#latest.set(pair, flow);
      this.#all.push(flow);
    }
    flow.add(datagram, source, timeMs);
  }

  /** The flows so far, named `udp0`, `udp1`, ... */
  *flows(): Generator<Flow> {
    for (const [index, flow] of this.#all.entries()) {
      yield flow.toFlow(`udp${index}`);
    }
  }
}

/** One flow. Who sends first is the client. */
class UdpFlow {
  readonly #clientKey: string;
  readonly #client: string;
  readonly #from: string;
  readonly #server: string;
  readonly #begunMs: number | null;
  readonly #ids = new QuicIds();
  readonly #datagrams: Uint8Array[] = [];
  #lastMs: number | null;
  #sent = 0;
  #cut = 0;

  /** @param first Its first datagram. */
  constructor(
    first: UdpDatagram,
    { source, timeMs }: { source: string; timeMs: number | null },
  ) {
    this.#clientKey = source;
    this.#client = endpointText(first.source);
    this.#from = ipText(first.source.address);
    this.#server = endpointText(first.destination);
    this.#begunMs = timeMs;
    this.#lastMs = timeMs;
  }

  /** Whether a datagram begins another flow between the same two ends. */
  isOver(
    { payload }: UdpDatagram,
    source: string,
    timeMs: number | null,
  ): boolean {
    if (timeMs !== null && this.#lastMs !== null) {
      if (timeMs - this.#lastMs > MAX_SILENCE_MS) return true;
    }
    return source === this.#clientKey && this.#ids.isOther(payload);
  }

  add(
    { payload, cut }: UdpDatagram,
    source: string,
    timeMs: number | null,
  ): void {
    this.#lastMs = timeMs;
    if (source !== this.#clientKey) {
      this.#ids.learnFromServer(payload);
      return;
    }
    this.#ids.learnFromClient(payload);
    this.#sent++;
    if (this.#datagrams.length === MAX_HELD_DATAGRAMS) return;
    this.#datagrams.push(payload.slice());
    this.#cut += cut;
  }

  toFlow(id: string): Flow {
    return {
      id,
      transport: "udp",
      client: this.#client,
      server: this.#server,
      from: this.#from,
      ...(this.#begunMs === null ? {} : { acceptedAt: this.#begunMs }),
      segments: this.#datagrams,
      end: "open",
      notes: [...this.#notes()],
    };
  }

  *#notes(): Generator<string> {
    if (this.#sent > MAX_HELD_DATAGRAMS) {
      yield `the client sent ${this.#sent} datagrams: only the first ${MAX_HELD_DATAGRAMS} are shown`;
    }
    if (this.#cut > 0) {
      yield "the capture has packets cut short: take it again with a longer snapshot length";
    }
  }
}
