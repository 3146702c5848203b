/** Asking the admin API of a running passthru. */
import type { State } from "../../src/admin/api.ts";
import type { PassthruProcess } from "./process.ts";

/** An answer: its status, and its body as JSON if it is some, else as text. */
export interface Answered<T = unknown> {
  readonly status: number;
  readonly body: T;
}

/** Asks an admin API on loopback. */
export class AdminClient {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  /** @param token Default: none. */
  constructor(port: number, token?: string) {
    this.#url = `http://127.0.0.1:${port}`;
    this.#headers = token === undefined
      ? { "passthru-admin": "1" }
      : { authorization: `Bearer ${token}` };
  }

  /** `GET`; rejects when nobody listens. */
  get<T>(path: string): Promise<Answered<T>> {
    return this.#ask(path, "GET");
  }

  /** `POST` with what is needed to change something. */
  post<T>(path: string, body?: unknown): Promise<Answered<T>> {
    return this.#ask(path, "POST", body);
  }

  /** `/api/state` */
  async state(): Promise<State> {
    return (await this.get<State>("/api/state")).body;
  }

  /** `/readyz`: the status and the word. */
  async ready(): Promise<[number, string]> {
    const { status, body } = await this.get<string>("/readyz");
    return [status, body.trim()];
  }

  async #ask<T>(
    path: string,
    method: string,
    body?: unknown,
  ): Promise<Answered<T>> {
    const response = await fetch(this.#url + path, {
      method,
      // One that is kept alive would outlast the test.
      headers: { ...this.#headers, connection: "close" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return {
      status: response.status,
      body: (isJson ? JSON.parse(text) : text) as T,
    };
  }
}

/** The port that a process' admin server was given. */
export async function adminPort(passthru: PassthruProcess): Promise<number> {
  const { address } = await passthru.line(
    ({ msg }) => msg === "admin listening",
  );
  return Number(/:(\d+)$/.exec(String(address))![1]);
}
