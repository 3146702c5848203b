/** The admin API: requests, and what went wrong with them in words. */

/** @import { ApiError, ConnectionDetail, ConnectionList, ConnectionQuery, ConfigNote, State } from "../api.ts" */

/** Longest wait for an answer, in milliseconds. */
const ANSWER_MS = 10_000;
/** Where the token is kept: for this tab, until it is closed. */
const TOKEN_KEY = "passthru-token";

/** An answer that is no success, or none at all. */
export class ApiFailure extends Error {
  /**
   * @param {string} message
   * @param {{ status: number, notes?: readonly ConfigNote[] }} options
   *   `status` 0: there was no answer.
   */
  constructor(message, { status, notes = [] }) {
    super(message);
    this.status = status;
    this.notes = notes;
  }
}

/** Asks the server that this page came from. */
export class Api {
  #token = sessionStorage.getItem(TOKEN_KEY) ?? "";

  /**
   * The token for what is asked from now on.
   *
   * @param {string} token
   */
  useToken(token) {
    this.#token = token;
    sessionStorage.setItem(TOKEN_KEY, token);
  }

  /** Whether a token was entered. */
  get hasToken() {
    return this.#token !== "";
  }

  /**
   * Without the text of the config, which may be long.
   *
   * @returns {Promise<State>}
   */
  state() {
    return this.#json("/api/state?config=no");
  }

  /** @returns {Promise<State>} */
  stateWithConfig() {
    return this.#json("/api/state");
  }

  /**
   * @param {ConnectionQuery} query
   * @returns {Promise<ConnectionList>}
   */
  connections(query) {
    const given = Object.entries(query).filter(([, value]) => value !== "");
    const parameters = new URLSearchParams(
      given.map(([name, value]) => [name, String(value)]),
    );
    return this.#json(`/api/connections?${parameters}`);
  }

  /**
   * @param {number} id
   * @returns {Promise<ConnectionDetail>}
   */
  connection(id) {
    return this.#json(`/api/connections/${id}`);
  }

  /**
   * Asks for a change.
   *
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  change(path, body) {
    return this.#json(path, {
      method: "POST",
      headers: { "Passthru-Admin": "1", "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /**
   * Opens the stream of events; it ends when the signal says so.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<ReadableStream<Uint8Array>>}
   */
  async events(signal) {
    const answer = await this.#fetch("/api/events", {
      signal,
      headers: { Accept: "text/event-stream" },
    });
    if (answer.body === null) throw new ApiFailure("No events", { status: 0 });
    return answer.body;
  }

  /**
   * @param {string} path
   * @param {RequestInit} [init]
   */
  async #json(path, init = {}) {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await this.#fetch(path, { ...init, signal });
    try {
      return await answer.json();
    } catch {
      throw new ApiFailure("The answer is incomplete", { status: 0 });
    }
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   */
  async #fetch(path, init) {
    const headers = new Headers(init.headers);
    if (this.hasToken) headers.set("Authorization", `Bearer ${this.#token}`);
    const answer = await fetch(path, {
      ...init,
      headers,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    }).catch(() => {
      throw new ApiFailure("No answer", { status: 0 });
    });
    if (!answer.ok) throw await failure(answer);
    return answer;
  }
}

/**
 * What an error says, for people.
 *
 * @param {unknown} error
 */
export function failureText(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {Response} answer */
async function failure(answer) {
  /** @type {Partial<ApiError>} */
  const error = await answer.json().catch(() => ({}));
  return new ApiFailure(error.error ?? `HTTP status ${answer.status}`, {
    status: answer.status,
    notes: error.notes ?? [],
  });
}
