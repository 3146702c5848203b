/**
 * The TCP connections of a capture, told apart and put together.
 *
 * @module
 */
import { ipText } from "../address/ip_address.ts";
import { MAX_PEEK_BYTES } from "../config/plan.ts";
import type { Flow, FlowEnd } from "./flow.ts";
import {
  endpointKey,
  endpointText,
  TcpFlag,
  type TcpSegment,
} from "./packet.ts";
import { TcpReassembly } from "./tcp_reassembly.ts";

/** The client's side of every TCP connection, in the order of first packets. */
export class TcpFlows {
  readonly #all: TcpFlow[] = [];
  /** The last connection between each two ends. */
  readonly #latest = new Map<string, TcpFlow>();

  /**
   * Takes the next segment of the capture.
   *
   * @param timeMs When it was captured, in milliseconds since the epoch; `null`:
   * unknown.
   */
  add(segment: TcpSegment, timeMs: number | null): void {
    const source = endpointKey(segment.source);
    const destination = endpointKey(segment.destination);
    const pair = source < destination
      ? source + destination
      : destination + source;
    let flow = this.#latest.get(pair);
    if (flow === undefined || flow.isOver(segment, source)) {
      flow = new TcpFlow(segment, { source, timeMs });
      this.#latest.set(pair, flow);
      this.#all.push(flow);
    }
    flow.add(segment, source);
  }

  /** The connections so far, named `tcp0`, `tcp1`, ... */
  *flows(): Generator<Flow> {
    for (const [index, flow] of this.#all.entries()) {
      yield flow.toFlow(`tcp${index}`);
    }
  }
}

/** One connection. */
class TcpFlow {
  readonly #clientKey: string;
  readonly #client: string;
  readonly #from: string;
  readonly #begunMs: number | null;
  readonly #server: string;
  /** Sequence number of the client's SYN; `null`: it was not captured. */
  #syn: number | null = null;
  /** Whether the server's answer to it was captured. */
  #synAnswered = false;
  #stream: TcpReassembly | null = null;
  #end: FlowEnd = "open";
  #serverEnded = false;
  #serverFirst = false;
  #cut = 0;

  /**
   * Who sent the SYN is the client, else who sent the first packet.
   *
   * @param first The first packet of the connection.
   */
  constructor(
    first: TcpSegment,
    { source, timeMs }: { source: string; timeMs: number | null },
  ) {
    const byServer = has(first, TcpFlag.SYN) && has(first, TcpFlag.ACK);
    const client = byServer ? first.destination : first.source;
    const server = byServer ? first.source : first.destination;
    this.#clientKey = byServer ? endpointKey(first.destination) : source;
    this.#client = endpointText(client);
    this.#from = ipText(client.address);
    this.#begunMs = timeMs;
    this.#server = endpointText(server);
  }

  /** Whether a segment begins another connection between the same two ends. */
  isOver(segment: TcpSegment, source: string): boolean {
    if (!has(segment, TcpFlag.SYN) || has(segment, TcpFlag.ACK)) return false;
    if (source !== this.#clientKey) {
      return !this.#isSure || this.#serverEnded || this.#end !== "open";
    }
    if (this.#syn !== null) return segment.seq !== this.#syn;
    // The SYN may come late; then the first byte is the one behind it.
    return this.#stream !== null && !this.#stream.startsAt(segment.seq + 1);
  }

  /** Whether a SYN says who the client is. */
  get #isSure(): boolean {
    return this.#syn !== null || this.#synAnswered;
  }

  add(segment: TcpSegment, source: string): void {
    if (source === this.#clientKey) this.#addFromClient(segment);
    else this.#addFromServer(segment);
  }

  #addFromClient(segment: TcpSegment): void {
    const { seq, payload, cut } = segment;
    const syn = has(segment, TcpFlag.SYN);
    if (syn) this.#syn ??= seq;
    // A SYN takes a number of its own, before the data that may come with it.
    const first = syn ? seq + 1 : seq;
    this.#stream ??= new TcpReassembly(first, MAX_PEEK_BYTES);
    this.#stream.add(first, payload);
    this.#cut += cut;
    if (this.#end !== "open") return;
    if (has(segment, TcpFlag.RST)) this.#end = "reset";
    else if (has(segment, TcpFlag.FIN)) this.#end = "eof";
  }

  #addFromServer(segment: TcpSegment): void {
    if (has(segment, TcpFlag.SYN) && has(segment, TcpFlag.ACK)) {
      this.#synAnswered = true;
      this.#stream ??= new TcpReassembly(segment.ack, MAX_PEEK_BYTES);
    } else if (segment.payload.length > 0) {
      this.#serverFirst ||= (this.#stream?.length ?? 0) === 0;
    }
    this.#serverEnded ||= has(segment, TcpFlag.FIN | TcpFlag.RST);
  }

  toFlow(id: string): Flow {
    return {
      id,
      transport: "tcp",
      client: this.#client,
      server: this.#server,
      from: this.#from,
      ...(this.#begunMs === null ? {} : { acceptedAt: this.#begunMs }),
      segments: this.#stream?.segments ?? [],
      end: this.#end,
      notes: [...this.#notes()],
    };
  }

  *#notes(): Generator<string> {
    if (!this.#isSure) {
      yield "the capture has no SYN: the client is a guess, and its first bytes may be missing";
    } else if (!this.#synAnswered && !this.#stream?.length) {
      yield "the capture has no answer to the SYN: the connection was never established";
    }
    if (this.#serverFirst) {
      yield "the server sent first: a client that waits for that is silent behind passthru";
    }
    if (this.#stream?.hasGap) {
      yield `bytes are missing in the capture behind byte ${this.#stream.length}`;
    }
    if (this.#cut > 0) {
      yield "the capture has packets cut short: take it again with a longer snapshot length";
    }
  }
}

/** Whether a segment has one of the flags. */
function has({ flags }: TcpSegment, flag: number): boolean {
  return (flags & flag) !== 0;
}
