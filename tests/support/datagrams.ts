/** Datagrams: a plane inside the test process, and ends to talk through it. */
import { assert } from "@std/assert";
import { formatDiagnostics, loadConfig } from "../../src/config/load.ts";
import { DatagramServer } from "../../src/datagram/datagram_server.ts";
import { Logger } from "../../src/observe/log.ts";
import type { Observer } from "../../src/observe/observer.ts";
import type { Report } from "../../src/observe/report.ts";
import { LimitLedger } from "../../src/proxy/limits/ledger.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { ALL_DETECTORS } from "./all_detectors.ts";
import { Changes } from "./changes.ts";
import { within } from "./wait.ts";

/** A running plane, and what it reported. */
export interface TestDatagrams extends AsyncDisposable {
  readonly server: DatagramServer;
  /** Port of the first listener. */
  readonly port: number;
  readonly reports: readonly Report[];
  /** Resolves with the report of the nth flow (from 1) to end. */
  report(nth: number): Promise<Report>;
  /** Serves another config on the same sockets. */
  serve(servers: object, more?: object): void;
  readonly log: () => string;
}

/** Options of {@linkcode serveDatagrams}. */
export interface ServeDatagramsOptions {
  /** More fields of the config. */
  readonly more?: object;
  readonly observer?: Observer;
  /** Looks names up. Default: every name leads to 127.0.0.1. */
  readonly resolve?: (hostname: string) => Promise<string>;
}

/** Serves a server for datagrams, `127.0.0.1:0/udp`, in this process. */
export function serveDatagrams(
  content: object,
  { more = {}, observer = {}, resolve }: ServeDatagramsOptions = {},
): TestDatagrams {
  const ledger = new LimitLedger();
  const reports: Report[] = [];
  const changes = new Changes();
  let log = "";
  let lastId = 0;
  const logger = new Logger({ write: (lines) => log += lines });
  const server = new DatagramServer({
    registry: ALL_DETECTORS,
    logger,
    nextId: () => ++lastId,
    resolve: resolve ?? (() => Promise.resolve("127.0.0.1")),
    onReport(report) {
      reports.push(report);
      changes.tell();
    },
  });
  server.observe(observer);
  const serve = (servers: object, fields: object = {}) => {
    const config = { version: "v1.0.0", servers, ...fields };
    const bytes = new TextEncoder().encode(JSON.stringify(config));
    const loaded = loadConfig("test.jsonc", bytes, ALL_DETECTORS);
    const { plan, source, diagnostics } = loaded;
    assert(plan, formatDiagnostics(source, diagnostics));
    server.serve(plan, {
      targets: new TargetBoard(plan, 1).share(0),
      limits: ledger.open(plan),
      found: [],
    });
  };
  serve({ [LISTENER]: content }, more);
  return {
    server,
    port: server.listeners[0]!.address.port,
    reports,
    report: (nth) =>
      within(`report ${nth}`, changes.until(() => reports[nth - 1] ?? null)),
    serve,
    log: () => log,
    async [Symbol.asyncDispose]() {
      await server.stop(0);
    },
  };
}

/** The listener of {@linkcode serveDatagrams}. */
export const LISTENER = "127.0.0.1:0/udp";

/** An end on loopback that sends and hears datagrams. */
export class UdpEnd implements Disposable {
  readonly #socket: Deno.DatagramConn;
  readonly #buffer = new Uint8Array(65_536);

  constructor(port = 0, hostname = "127.0.0.1") {
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port });
  }

  get address(): Deno.NetAddr {
    return this.#socket.addr as Deno.NetAddr;
  }

  /** `127.0.0.1:5353`, for a config. */
  get text(): string {
    return `127.0.0.1:${this.address.port}`;
  }

  async send(datagram: Uint8Array | string, port: number): Promise<void> {
    const bytes = typeof datagram === "string"
      ? new TextEncoder().encode(datagram)
      : datagram;
    const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
    await this.#socket.send(bytes, to);
  }

  /** The next datagram, and who has sent it. */
  async next(): Promise<{ bytes: Uint8Array; text: string; from: number }> {
    const [bytes, from] = await within(
      "a datagram",
      this.#socket.receive(this.#buffer),
    );
    return {
      bytes: bytes.slice(),
      text: new TextDecoder().decode(bytes),
      from: (from as Deno.NetAddr).port,
    };
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** A server that answers each datagram with its name and the datagram. */
export interface UdpEcho extends AsyncDisposable {
  readonly text: string;
  readonly port: number;
  /** The ports that datagrams have come from, each once. */
  readonly clients: ReadonlySet<number>;
  /** How many datagrams have come. */
  readonly received: number;
}

/** Starts one. @param answers How often it answers each datagram. */
export function udpEcho(name: string, answers = 1): UdpEcho {
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
  const { port } = socket.addr as Deno.NetAddr;
  const clients = new Set<number>();
  let received = 0;
  const prefix = new TextEncoder().encode(`${name}:`);
  const running = (async () => {
    for await (const [datagram, from] of socket) {
      received++;
      clients.add((from as Deno.NetAddr).port);
      const answer = new Uint8Array(prefix.length + datagram.length);
      answer.set(prefix);
      answer.set(datagram, prefix.length);
      for (let n = 0; n < answers; n++) await socket.send(answer, from);
    }
  })();
  return {
    text: `127.0.0.1:${port}`,
    port,
    clients,
    get received() {
      return received;
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await running;
    },
  };
}
