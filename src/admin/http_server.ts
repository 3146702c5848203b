/**
 * HTTP for the admin server: Node's, on connections that are accepted and counted
 * here.
 *
 * `Deno.serve` ends for good at the first accept that fails, as for a lack of
 * descriptors, and has neither limits nor time-outs; a `node:http` server that
 * listens accepts nothing after such a failure either. Connections that are
 * handed to it have none of that.
 *
 * @module
 */
import { createServer, type IncomingMessage } from "node:http";
import type { Server, ServerResponse } from "node:http";
import { ConnStream } from "./conn_stream.ts";
import { ConnectionGate, type GateOptions } from "./connection_gate.ts";
import { requestOf, respond } from "./http_exchange.ts";

/** Codes of requests whose head is too large. */
const TOO_LARGE = "HPE_HEADER_OVERFLOW";

/** A connection, as who answers sees it. */
export interface HttpPeer {
  /** IP address. */
  readonly hostname: string;
  readonly port: number;
  /** It has shown that it may ask: there is more room for such ones. */
  trust(): void;
}

/** What an {@linkcode HttpConnections} needs. */
export interface HttpOptions extends GateOptions {
  /** Where it listens, for requests that do not say which host they ask. */
  readonly address: string;
  /** Answers a request. Never rejects. */
  answer(request: Request, peer: HttpPeer): Promise<Response>;
  /** Answers what is no request. */
  refuse(incoming: IncomingMessage, error: unknown): Response;
}

/** Speaks HTTP on connections. */
export class HttpConnections {
  readonly #options: HttpOptions;
  readonly #gate: ConnectionGate<ConnStream>;
  readonly #server: Server;
  readonly #peers = new WeakMap<object, HttpPeer>();

  /** There are no connections yet. */
  constructor(options: HttpOptions) {
    this.#options = options;
    this.#gate = new ConnectionGate(options);
    this.#server = createServer({
      // It is checked where it matters.
      requireHostHeader: false,
      // The gate ends what waits for too long.
      keepAliveTimeout: 0,
    }, (incoming, outgoing) => {
      this.#exchange(incoming, outgoing)
        .catch(() => incoming.socket.destroy());
    });
    // After an answer it would close the connections of a server that does not
    // listen.
    Object.defineProperty(this.#server, "listening", { value: true });
    this.#server.on("clientError", (error, stream) => {
      const { code } = error as { code?: string };
      const status = code === TOO_LARGE
        ? "431 Request Header Fields Too Large"
        : "400 Bad Request";
      const text = `HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`;
      if (stream.writable) stream.end(text, () => stream.destroy());
      else stream.destroy();
    });
  }

  /** Connections there are. */
  get size(): number {
    return this.#gate.size;
  }

  /** Takes a connection, and owns it from then on. */
  take(conn: Deno.Conn): void {
    const stream = new ConnStream(conn);
    if (!this.#gate.enter(stream)) return;
    const { hostname, port } = conn.remoteAddr as Deno.NetAddr;
    const trust = () => this.#gate.trust(stream);
    this.#peers.set(stream, { hostname, port, trust });
    // Without a listener an error of a client would end the process.
    stream.on("error", () => {});
    stream.on("close", () => this.#gate.leave(stream));
    this.#server.emit("connection", stream);
  }

  /** Gives up a connection that has asked nothing yet. */
  makeRoom(): void {
    this.#gate.makeRoom();
  }

  /**
   * Takes no more, and closes those that wait for a request. Resolves when the
   * others are answered.
   */
  close(): Promise<void> {
    return this.#gate.close();
  }

  /** Closes all now. */
  closeAll(): void {
    this.#gate.closeAll();
  }

  async #exchange(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const stream = incoming.socket as unknown as ConnStream;
    const peer = this.#peers.get(stream);
    if (peer === undefined) return;
    this.#gate.asks(stream);
    outgoing.on("close", () => {
      // What was not read of a request must not be taken for the next one.
      if (incoming.complete) this.#gate.waits(stream);
      else stream.destroy();
    });
    await respond(await this.#answer(incoming, peer), outgoing);
  }

  #answer(
    incoming: IncomingMessage,
    peer: HttpPeer,
  ): Promise<Response> | Response {
    const { address, answer, refuse } = this.#options;
    let request: Request;
    try {
      request = requestOf(incoming, address);
    } catch (error) {
      return refuse(incoming, error);
    }
    return answer(request, peer);
  }
}
