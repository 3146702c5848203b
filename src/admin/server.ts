/**
 * The admin server: answers by `api.ts`, to whom may ask.
 *
 * @module
 */
import { formatHostPort, type HostPort } from "../config/address.ts";
import { errorCode, errorText, PassthruError } from "../errors.ts";
import { AcceptLoop } from "../net/accept.ts";
import type { Logger } from "../observe/log.ts";
import { type AccessRules, checkAccess } from "./access.ts";
import { ApiFailure, failure } from "./answers.ts";
import { bindAdmin } from "./bind.ts";
import type { GateOptions } from "./connection_gate.ts";
import { EventHub } from "./event_hub.ts";
import { HttpConnections, type HttpPeer } from "./http_server.ts";
import type { Page } from "./page/mod.ts";
import {
  allowedMethods,
  type Operation,
  type Route,
  routeOf,
} from "./routes.ts";
import type { AdminSource } from "./source.ts";

/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 5_000;
/** How long answers that are under way may take at the stop, in milliseconds. */
const STOP_MS = 1_000;

/** What an {@linkcode AdminServer} needs. */
export interface AdminServerOptions {
  readonly source: AdminSource;
  readonly page: Page;
  readonly logger: Logger;
  /** Who may ask. */
  readonly rules: AccessRules;
  /** How long an answer may take, in milliseconds. Default: 5 seconds. */
  readonly answerMs?: number;
  /** How many connections there may be, and for how long. */
  readonly gate?: GateOptions;
  /**
   * Hears that no connection could be accepted for a lack of descriptors; it is
   * tried again in a moment. Default: nobody.
   */
  readonly onScarce?: () => void;
}

/** Where a request came from. */
export type Peer =
  & Pick<HttpPeer, "hostname" | "port">
  & Partial<Pick<HttpPeer, "trust">>;

/** What there is while it listens. */
interface Running {
  readonly address: string;
  readonly http: HttpConnections;
  readonly loop: AcceptLoop;
  readonly ended: Promise<void>;
}

/** Serves the admin API and the page at one address. */
export class AdminServer {
  readonly #options: AdminServerOptions;
  readonly #events: EventHub;
  #rules: AccessRules;
  #running: Running | null = null;

  /** Makes a server that does not listen yet. */
  constructor(options: AdminServerOptions) {
    this.#options = options;
    this.#rules = options.rules;
    this.#events = new EventHub(options.source);
  }

  /**
   * Binds and serves.
   *
   * @throws {PassthruError} `bind_failed`, naming the address.
   */
  listen({ text, hostname, port }: HostPort): void {
    let listener: Deno.TcpListener;
    try {
      listener = bindAdmin(hostname, port);
    } catch (error) {
      throw new PassthruError(
        `Cannot listen on "${text}" for admin: ${errorText(error)}`,
        { code: "bind_failed", source: "config", cause: error },
      );
    }
    const address = formatHostPort(listener.addr.hostname, listener.addr.port);
    const http = new HttpConnections({
      address,
      answer: (request, peer) => this.answer(request, peer),
      refuse: ({ method }) => this.#refuse(method),
      ...this.#options.gate,
    });
    const loop = new AcceptLoop(listener, {
      onConn: (conn) => http.take(conn),
      onError: (error, pauseMs) => this.#acceptFailed(error, pauseMs),
    });
    this.#running = { address, http, loop, ended: loop.run() };
  }

  /**
   * The address that it is bound to, with the port that a 0 became.
   *
   * @throws {TypeError} When it does not listen.
   */
  get address(): string {
    if (this.#running === null) throw new TypeError("It does not listen");
    return this.#running.address;
  }

  /** Changes who may ask, from the next request on. */
  allow(rules: AccessRules): void {
    this.#rules = rules;
  }

  /**
   * Stops to listen at once, sends readers of events away and lets other answers
   * end, but not for long.
   */
  async stop(): Promise<void> {
    this.#events.close();
    if (this.#running === null) return;
    const { loop, http, ended } = this.#running;
    loop.stop();
    await ended;
    const closed = http.close();
    const timer = setTimeout(() => http.closeAll(), STOP_MS);
    await closed;
    clearTimeout(timer);
  }

  /** Answers a request. Never rejects. */
  async answer(request: Request, peer: Peer): Promise<Response> {
    try {
      const response = await this.#answer(request, peer);
      if (request.method !== "HEAD") return response;
      await response.body?.cancel();
      return new Response(null, response);
    } catch (error) {
      if (!(error instanceof ApiFailure)) return this.#defect(error);
      const { status, message } = error;
      this.#options.logger.log("debug", "admin call refused", {
        ...callFields(request, peer),
        status,
        error: message,
      });
      return failure(error);
    }
  }

  async #answer(request: Request, peer: Peer): Promise<Response> {
    const url = urlOf(request);
    const route = routeOf(url.pathname);
    const operation = route === null ? null : operationOf(route, request);
    const access = operation?.access ?? "read";
    if (checkAccess(request, { peer: peer.hostname, access }, this.#rules)) {
      peer.trust?.();
    }
    if (route === null) {
      throw new ApiFailure(404, `There is no ${JSON.stringify(url.pathname)}`);
    }
    if (operation === null) throw notAllowed(route, request);
    const { source, page, logger, answerMs = ANSWER_MS } = this.#options;
    if (access === "change") {
      logger.log("info", "admin call", callFields(request, peer));
    }
    const { id } = route;
    const events = this.#events;
    const shared = { source, events, page, answerMs };
    return await operation.answer({ request, url, id, ...shared });
  }

  #defect(error: unknown): Response {
    this.#options.logger.log("error", "admin call failed", {
      error: error instanceof Error ? error.stack : String(error),
    });
    return failure(new ApiFailure(500, "Internal error: see the log"));
  }

  /** Answers what makes no request. */
  #refuse(method = ""): Response {
    const isMethod = !FORBIDDEN.has(method.toUpperCase());
    return failure(
      isMethod
        ? new ApiFailure(400, "The Host header or the path is not valid")
        : new ApiFailure(405, `Method ${method} is not known here`),
    );
  }

  #acceptFailed(error: unknown, pauseMs: number): void {
    const { logger, onScarce } = this.#options;
    logger.log("warn", "admin accept failed", {
      code: errorCode(error),
      error: errorText(error),
      retry_seconds: pauseMs / 1_000,
    });
    onScarce?.();
    this.#running?.http.makeRoom();
  }
}

/** Methods that the Fetch standard knows nothing of. */
const FORBIDDEN = new Set(["CONNECT", "TRACE", "TRACK"]);

/** @throws {ApiFailure} 400, when the `Host` header makes no URL. */
function urlOf(request: Request): URL {
  try {
    return new URL(request.url);
  } catch {
    throw new ApiFailure(400, "The Host header or the path is not valid");
  }
}

function operationOf(
  { methods }: Route,
  { method }: Request,
): Operation | null {
  if (method === "GET" || method === "HEAD") return methods.GET ?? null;
  return method === "POST" ? methods.POST ?? null : null;
}

function notAllowed(route: Route, { method }: Request): ApiFailure {
  const allow = allowedMethods(route);
  return new ApiFailure(
    405,
    `Method ${method} does not go with this path: expected ${allow}`,
    { headers: { allow } },
  );
}

function callFields(
  { method, url }: Request,
  { hostname, port }: Peer,
): Record<string, string> {
  return {
    call: `${method} ${url.replace(/^\w+:\/\/[^/]*/, "").replace(/\?.*/, "")}`,
    client: formatHostPort(hostname.replace(/^::ffff:(?=\d+\.)/, ""), port),
  };
}
