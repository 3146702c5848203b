/**
 * An admin server whose data a test makes up: the contract of
 * `src/admin/api.ts` without a passthru behind it.
 */
import type {
  ConnectionDetail,
  ConnectionView,
  State,
} from "../../src/admin/api.ts";
import { type Page, pageHtml } from "../../src/admin/page/mod.ts";
import type { CloseReason } from "../../src/errors.ts";
import { AdminCounts } from "./admin_counts.ts";
import { current, found } from "./admin_find.ts";
import { freePorts } from "./free_ports.ts";
import { quietState } from "./quiet_state.ts";
import { connectionDetail, connectionView } from "./admin_views.ts";

/** A change that was asked for. */
export interface Posted {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Ended connections that are remembered. */
const REMEMBERED = 1000;

/** The server; `await using` ends it. */
export class AdminFixture implements AsyncDisposable {
  readonly counts = new AdminCounts();
  readonly connections = new Map<number, ConnectionView>();
  /** Details that are other than usual, by the number of the connection. */
  readonly details = new Map<number, ConnectionDetail>();
  /** What was posted and let in. */
  readonly posted: Posted[] = [];
  /** The parts of the state that nothing is counted for. */
  state = quietState();
  /** Asked for, when it is not `null`. */
  token: string | null = null;
  /** What a reload answers. */
  reload: () => Response = () =>
    Response.json({
      generation: this.state.generation,
      changes: [],
    });
  readonly #page: Page = pageHtml();
  readonly #readers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #waiting = new Map<number, () => void>();
  /** Not one that the system may give to somebody else before a restart. */
  readonly #port = freePorts(1)[0]!;
  #server = this.#listen();
  #lastId = 0;

  /** Where it is: `http://127.0.0.1:40123`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How many read the events. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Opens a connection. */
  open(given: Partial<ConnectionView> = {}): ConnectionView {
    const view = connectionView({ id: ++this.#lastId, ...given });
    this.connections.set(view.id, view);
    this.counts.add(view, {
      active: 1,
      connections: 1,
      bytes_up: view.bytes_up,
      bytes_down: view.bytes_down,
    });
    return view;
  }

  /** Lets bytes flow. */
  transfer(id: number, up: number, down: number): void {
    const view = this.#connection(id);
    this.counts.add(view, { bytes_up: up, bytes_down: down });
    this.connections.set(id, {
      ...view,
      bytes_up: view.bytes_up + up,
      bytes_down: view.bytes_down + down,
    });
  }

  /** Ends a connection and sends its report. */
  end(id: number, reason: CloseReason, more: Partial<ConnectionView> = {}) {
    const ended: ConnectionView = {
      ...current(this.#connection(id)),
      phase: "closed",
      reason,
      ...more,
    };
    this.connections.set(id, ended);
    this.counts.add(ended, { active: -1 });
    this.counts.end(reason);
    this.send("reports", [ended]);
    this.#waiting.get(id)?.();
    if (this.connections.size > 10 * REMEMBERED) this.#forget();
  }

  /** Resolves when a connection has ended. */
  ended(id: number): Promise<void> {
    if (this.#connection(id).reason !== null) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Sends an event to all who read them. */
  send(event: string, data: unknown): void {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    const bytes = new TextEncoder().encode(text);
    for (const reader of this.#readers) reader.enqueue(bytes);
  }

  /** Breaks off all there is and answers no more. */
  async stop(): Promise<void> {
    for (const reader of this.#readers) reader.close();
    this.#readers.clear();
    await this.#server.shutdown();
  }

  /** Answers again, where it did before. */
  restart(): void {
    this.#server = this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #listen(): Deno.HttpServer<Deno.NetAddr> {
    return Deno.serve(
      { hostname: "127.0.0.1", port: this.#port, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/") return this.#pageAnswer();
    if (!this.#mayAsk(request)) return failure(401, "Token wanted");
    if (request.method === "POST") return await this.#change(request, pathname);
    if (pathname === "/api/state") {
      return Response.json(this.#stateNow(searchParams.get("config") !== "no"));
    }
    if (pathname === "/api/events") return this.#events();
    if (pathname === "/api/connections") {
      return Response.json(
        found(this.connections.values(), Object.fromEntries(searchParams)),
      );
    }
    const id = Number(/^\/api\/connections\/(\d+)$/.exec(pathname)?.[1]);
    const view = this.connections.get(id);
    if (view === undefined) return failure(404, "No such connection");
    return Response.json(
      this.details.get(id) ?? connectionDetail(current(view)),
    );
  }

  #pageAnswer(): Response {
    return new Response(this.#page.html, {
      headers: {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": this.#page.csp,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
      },
    });
  }

  #mayAsk({ headers }: Request): boolean {
    return this.token === null ||
      headers.get("Authorization") === `Bearer ${this.token}`;
  }

  async #change(request: Request, path: string): Promise<Response> {
    const { headers } = request;
    if (this.token === null && headers.get("Passthru-Admin") !== "1") {
      return failure(403, "The header Passthru-Admin: 1 is wanted");
    }
    const body = await request.text();
    this.posted.push({ path, headers, body });
    const id = /^\/api\/connections\/(\d+)\/close$/.exec(path)?.[1];
    if (id !== undefined) return this.#close(Number(id));
    if (path === "/api/reload") return this.reload();
    if (path === "/api/drain") {
      this.state = { ...this.state, status: "draining" };
      const connections = this.counts.total.active;
      return Response.json({ connections, drain_seconds: 30 }, { status: 202 });
    }
    if (path !== "/api/log") return failure(404, "No such call");
    this.state = {
      ...this.state,
      log: { ...this.state.log, ...JSON.parse(body) },
    };
    return Response.json(this.state.log);
  }

  #close(id: number): Response {
    const view = this.connections.get(id);
    if (view === undefined || view.reason !== null) {
      return failure(404, "No such connection is open");
    }
    this.end(id, "closed_by_admin" as CloseReason);
    return Response.json({ closed: id });
  }

  #stateNow(withText: boolean): State {
    const { config } = this.state;
    return {
      ...this.state,
      config: withText ? config : { ...config, text: "", included: [] },
      now: Date.now(),
      ...this.counts.numbers(),
    };
  }

  #events(): Response {
    let reader: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        reader = controller;
        this.#readers.add(controller);
        controller.enqueue(new TextEncoder().encode(": hello\n\n"));
      },
      cancel: () => {
        this.#readers.delete(reader);
      },
    });
    return new Response(stream, {
      headers: { "Content-Type": "text/event-stream" },
    });
  }

  #connection(id: number): ConnectionView {
    const view = this.connections.get(id);
    if (view === undefined) throw new Error(`No connection ${id}`);
    return view;
  }

  #forget(): void {
    const ended = [...this.connections.values()]
      .filter(({ reason }) => reason !== null);
    for (const { id } of ended.slice(0, -REMEMBERED)) {
      this.connections.delete(id);
    }
  }
}

function failure(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
