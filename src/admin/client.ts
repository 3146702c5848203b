/**
 * Asking the admin API of a running passthru.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";
import { escapeUnprintable } from "../observe/log.ts";
import type {
  ApiError,
  ConnectionDetail,
  ConnectionList,
  ConnectionQuery,
  State,
} from "./api.ts";
import { noAnswer } from "./no_answer.ts";
import type { ReloadOutcome } from "./source.ts";

/** Longest wait for an answer, in milliseconds, where nothing else is said. */
const DEFAULT_TIMEOUT_MS = 5_000;
/** Status of a reload that was refused. */
const BAD_CONFIG = 422;
/** Longest text of an answer that a message repeats, in characters. */
const MAX_SHOWN_LENGTH = 300;

/** Where an admin server is. */
export interface AdminClientOptions {
  /** Host and port, as in a URL: `127.0.0.1:9901`, `[::1]:9901`. */
  readonly host: string;
  /** Default: none, which is enough on loopback. */
  readonly token?: string;
  /** Longest wait for an answer, in milliseconds. Default: 5000. */
  readonly timeoutMs?: number;
}

/** What `/readyz` or `/healthz` says. */
export interface Health {
  /** Whether it says 200. */
  readonly ok: boolean;
  /** The answer in words, on one line, escaped. */
  readonly text: string;
}

/** An answer that came. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks one admin server. Every call throws a {@linkcode PassthruError} when it
 * is not answered as it should be: `missing_permissions`, `no_answer`,
 * `refused` or `bad_answer`, its message in words and on one line.
 */
export class AdminClient implements Disposable {
  readonly #options: AdminClientOptions;
  readonly #closed = new AbortController();
  #http: Deno.HttpClient | null = null;

  /** Connects to nothing yet. */
  constructor(options: AdminClientOptions) {
    this.#options = options;
  }

  /** Host and port of the server. */
  get host(): string {
    return this.#options.host;
  }

  /**
   * All but single connections.
   *
   * @param options `config`: `"no"` leaves out the text of the config. Default:
   * it is there.
   */
  async state({ config }: { config?: "no" } = {}): Promise<State> {
    const query = config === undefined ? "" : `?config=${config}`;
    return this.#json<State>(
      await this.#ask(`/api/state${query}`),
      "listeners",
    );
  }

  /** Connections that fit the query. */
  async connections(query: ConnectionQuery): Promise<ConnectionList> {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== "") words.set(name, String(value));
    }
    const answer = await this.#ask(`/api/connections?${words}`);
    return this.#json<ConnectionList>(answer, "connections");
  }

  /** A connection and its explanation; `null`: nothing is known of it. */
  async connection(id: number): Promise<ConnectionDetail | null> {
    const answer = await this.#ask(`/api/connections/${id}`);
    return answer.status === 404
      ? null
      : this.#json<ConnectionDetail>(answer, "connection");
  }

  /** Closes a connection. @returns `false`: it is not open. */
  async close(id: number): Promise<boolean> {
    const answer = await this.#ask(`/api/connections/${id}/close`, "POST");
    if (answer.status === 404) return false;
    this.#json(answer, "closed");
    return true;
  }

  /** Has it read its config again, and waits for what comes of that. */
  async reload(): Promise<ReloadOutcome> {
    const answer = await this.#ask("/api/reload", "POST");
    if (answer.status !== BAD_CONFIG) {
      return { ok: true, answer: this.#json(answer, "changes") };
    }
    const { error, notes = [] } = parse(answer.body) as ApiError;
    return { ok: false, error, notes };
  }

  /** Whether it takes connections (`/readyz`), or lives (`/healthz`). */
  async health(path: "/readyz" | "/healthz"): Promise<Health> {
    const { status, body } = await this.#ask(path);
    const words = wordsOf(body);
    return {
      ok: status === 200,
      text: words === "" ? `it answers ${status}` : words,
    };
  }

  /** Ends what is being asked; nothing can be asked any more. */
  [Symbol.dispose](): void {
    this.#closed.abort();
    this.#http?.close();
    this.#http = null;
  }

  async #ask(path: string, method = "GET"): Promise<Answer> {
    const { host, token, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const headers = new Headers({ "passthru-admin": "1" });
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    try {
      this.#closed.signal.throwIfAborted();
      const response = await fetch(`http://${host}${path}`, {
        method,
        headers,
        redirect: "manual",
        client: this.#http ??= directTo(host),
        signal: AbortSignal.any([
          this.#closed.signal,
          AbortSignal.timeout(timeoutMs),
        ]),
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      throw noAnswer(host, timeoutMs, error);
    }
  }

  /** @param has A field that such an answer has. */
  #json<T>({ status, body }: Answer, has: string): T {
    if (status === 401) throw this.#refused(this.#tokenText());
    const value = parse(body);
    if (status !== 200) {
      const text = wordsOf(body);
      throw this.#refused(text === "" ? `it answers ${status}` : text);
    }
    if (value !== null && has in value) return value as T;
    throw new PassthruError(
      `Cannot ask ${this.host}: the answer is not from passthru's admin API`,
      { code: "bad_answer", source: "target" },
    );
  }

  #refused(text: string): PassthruError {
    return new PassthruError(`${this.host} refuses: ${text}`, {
      code: "refused",
      source: "target",
    });
  }

  #tokenText(): string {
    return this.#options.token === undefined
      ? 'it requires the token from its config: give it with "--token-file FILE" or "-c FILE"'
      : "the token is wrong";
  }
}

/**
 * A client that connects to that address and to no other: without it, fetch
 * would send everything, the token too, to the proxy that `HTTP_PROXY` names.
 */
function directTo(host: string): Deno.HttpClient {
  const { hostname, port } = new URL(`http://${host}`);
  return Deno.createHttpClient({
    proxy: { transport: "tcp", hostname, port: Number(port || 80) },
  });
}

function parse(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** What an answer says to people: its `error`, or its first line. */
function wordsOf(body: string): string {
  const value = parse(body) as { error?: unknown; status?: unknown } | null;
  const text = value?.error ?? value?.status ?? body.trim().split("\n", 1)[0];
  return escapeUnprintable(String(text).slice(0, MAX_SHOWN_LENGTH));
}
