/**
 * HTTP over a Unix socket, with bounds.
 *
 * By `node:http`: `fetch` would want the permission for a host beside that for the
 * socket.
 *
 * @module
 */
import { Agent, type IncomingMessage, request } from "node:http";
import { errorText, PassthruError } from "../errors.ts";

/** How many requests are under way at a time; others wait for these. */
const MAX_SOCKETS = 8;

/** An answer with its text. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Where to ask, and how long to wait. */
export interface EngineHttpOptions {
  /** Path of the socket. */
  readonly socket: string;
  /** Longest wait for an answer, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Asks one server. Every call throws a {@linkcode PassthruError} when it gets no
 * answer: `engine_away` when there is nobody to ask, `engine_slow`, or
 * `engine_answer` when it is too long.
 */
export class EngineHttp implements Disposable {
  readonly #options: EngineHttpOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  /** Each ends what is under way. */
  readonly #open = new Set<() => void>();
  #isClosed = false;

  /** Connects to nothing yet. */
  constructor(options: EngineHttpOptions) {
    this.#options = options;
  }

  /** Asks, and reads all of the answer. */
  async get(path: string, maxBytes: number): Promise<HttpAnswer> {
    const response = await this.#request(path, this.#agent);
    return await this.#read(response, maxBytes);
  }

  /**
   * Asks for what has no end, on a connection of its own. Whoever gets it has to
   * destroy it.
   */
  async stream(path: string): Promise<IncomingMessage> {
    return await this.#request(path, false);
  }

  /** Ends all that is under way. Idempotent. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const end of [...this.#open]) end();
    this.#agent.destroy();
  }

  async #request(
    path: string,
    agent: Agent | false,
  ): Promise<IncomingMessage> {
    const { socket, timeoutMs } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<
      IncomingMessage
    >();
    if (this.#isClosed) throw this.#away(new Error("it is closed"));
    const headers = { host: "localhost" };
    const asked = request({ socketPath: socket, path, headers, agent });
    // A request that waits for a connection hears nothing of its end.
    const end = () => {
      asked.destroy();
      reject(this.#away(new Error("the connection was closed")));
    };
    this.#open.add(end);
    const timer = setTimeout(() => {
      reject(this.#tooLate());
      asked.destroy();
    }, timeoutMs);
    asked.on("response", resolve);
    asked.on("error", (error: Error) => reject(this.#away(error)));
    asked.on("close", () => {
      this.#open.delete(end);
      end();
    });
    asked.end();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads all of an answer. */
  async #read(
    response: IncomingMessage,
    maxBytes: number,
  ): Promise<HttpAnswer> {
    const timer = setTimeout(
      () => response.destroy(this.#tooLate()),
      this.#options.timeoutMs,
    );
    const decoder = new TextDecoder();
    let body = "";
    let length = 0;
    try {
      for await (const chunk of response) {
        length += (chunk as Uint8Array).length;
        if (length > maxBytes) {
          response.destroy();
          throw badAnswer(`it has more than ${maxBytes} bytes`);
        }
        body += decoder.decode(chunk as Uint8Array, { stream: true });
      }
      body += decoder.decode();
      return { status: response.statusCode ?? 0, body };
    } catch (error) {
      throw this.#away(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #tooLate(): PassthruError {
    const { socket, timeoutMs } = this.#options;
    return new PassthruError(
      `Cannot ask the engine at "${socket}": no answer within ${
        timeoutMs / 1_000
      } s`,
      { code: "engine_slow", source: "target" },
    );
  }

  #away(error: unknown): PassthruError {
    if (error instanceof PassthruError) return error;
    return new PassthruError(
      `Cannot ask the engine at "${this.#options.socket}": ${errorText(error)}`,
      { code: "engine_away", source: "target", cause: error },
    );
  }
}

/** The error of an answer that is of no use. */
export function badAnswer(text: string): PassthruError {
  return new PassthruError(`Cannot use the engine's answer: ${text}`, {
    code: "engine_answer",
    source: "target",
  });
}
