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
   * Hears of each datagram of the target; the next one is read after it. Must not
   * reject.
   */
  readonly onDatagram: (datagram: Uint8Array) => Promise<unknown>;
}

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

  /** Sends a datagram. Never rejects: one that cannot be sent is lost. */
  async send(datagram: Uint8Array): Promise<void> {
    try {
      await this.#socket.send(datagram, this.#target);
    } catch {
      // As on any path: the ends notice, and send it again or not.
    }
  }

  /** Hears the target until the socket is closed. Never rejects. */
  async run(): Promise<void> {
    const { buffers, onDatagram } = this.#options;
    const buffer = buffers.take();
    try {
      for (;;) {
        const [datagram, from] = await this.#socket.receive(buffer);
        if (this.#isClosed) break;
        if (this.#isTarget(from as Deno.NetAddr)) await onDatagram(datagram);
      }
    } catch {
      // It was closed.
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
