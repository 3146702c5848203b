/**
 * A flow's own socket towards its target.
 *
 * @module
 */
import { closeQuietly } from "../net/close_quietly.ts";
import type { DatagramAddress } from "./address.ts";
import type { ReceiveBuffers } from "./receive_buffers.ts";

/** What a {@linkcode TargetLink} needs. */
export interface TargetLinkOptions {
  readonly target: DatagramAddress;
  readonly buffers: ReceiveBuffers;
  /**
   * Whether the target may answer from another port, to which all else is then
   * sent (TFTP, RFC 1350 §4).
   */
  readonly changesPort: boolean;
  /**
   * Hears of each datagram of the target; the next one is read after it. Rejects
   * when it cannot be passed on.
   */
  readonly onDatagram: (datagram: Uint8Array) => Promise<unknown>;
}

/** After so many in a row nothing is heard any more, and the flow becomes idle. */
const MOST_FAILURES = 1_000;

/** Sends to a target, and hears what comes from there and nowhere else. */
export class TargetLink {
  readonly #socket: Deno.DatagramConn;
  readonly #options: TargetLinkOptions;
  #target: Deno.NetAddr;
  #isClosed = false;

  /**
   * Opens a socket.
   *
   * @throws What the runtime throws, as when there are too many.
   */
  constructor(options: TargetLinkOptions) {
    const { hostname, port } = options.target;
    this.#options = options;
    this.#target = { transport: "udp", hostname, port };
    this.#socket = Deno.listenDatagram({
      transport: "udp",
      hostname: hostname.includes(":") ? "::" : "0.0.0.0",
      port: 0,
    });
  }

  /** The port of the socket. */
  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  /** Where it sends to. */
  get target(): DatagramAddress {
    return this.#target;
  }

  /**
   * Sends a datagram. Rejects when it cannot be sent: it is lost then, as on any
   * path. No `async`, as every datagram would pay for it.
   */
  send(datagram: Uint8Array): Promise<unknown> {
    return this.#socket.send(datagram, this.#target);
  }

  /** Hears the target until the socket is closed. Never rejects. */
  async run(): Promise<void> {
    const { buffers, onDatagram } = this.#options;
    const buffer = buffers.take();
    let failures = 0;
    while (!this.#isClosed) {
      try {
        const [datagram, from] = await this.#socket.receive(buffer);
        if (this.#isClosed) break;
        if (!this.#isTarget(from as Deno.NetAddr)) continue;
        await onDatagram(datagram);
        failures = 0;
      } catch {
        // A client that cannot be sent to, or the socket was closed.
        if (++failures > MOST_FAILURES) break;
      }
    }
    buffers.give(buffer);
  }

  /** Closes the socket. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeQuietly(this.#socket);
  }

  #isTarget({ hostname, port }: Deno.NetAddr): boolean {
    if (hostname !== this.#target.hostname) return false;
    if (port === this.#target.port) return true;
    if (
      !this.#options.changesPort ||
      this.#target.port !== this.#options.target.port
    ) return false;
    this.#target = { ...this.#target, port };
    return true;
  }
}
