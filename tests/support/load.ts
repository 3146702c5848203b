/** Clients that open new connections all the time, each of them counted. */
import { connectLocal } from "./dialogue.ts";
import { bytesOf, readAll, textOf, writeAll } from "./tcp.ts";
import { within } from "./wait.ts";

/** Longest time that one connection of a load may take, in milliseconds. */
const CLIENT_PATIENCE_MS = 20_000;

/** Options of {@linkcode Load}. */
export interface LoadOptions {
  readonly port: number;
  /** How many connections are open at a time. */
  readonly parallel: number;
  /** What a client says; it must not say the same twice. */
  readonly opening?: (nth: number) => string;
}

/** A connection that was not served from its first byte to its last. */
export interface Failure {
  /** The number that `opening` was given. */
  readonly nth: number;
  /** Whether it was refused: nobody took the connection at all. */
  readonly refused: boolean;
  readonly why: string;
}

/**
 * Asks again and again, each time on a new connection, until stopped. A
 * connection counts as served when the answer is the name of a target, a colon
 * and all that the client said (see `namedEcho`), and then the end.
 */
export class Load implements AsyncDisposable {
  /** Connections served, by the name of the target that answered. */
  readonly served = new Map<string, number>();
  readonly failures: Failure[] = [];
  readonly #options: LoadOptions;
  readonly #clients: Promise<void>[];
  #next = 0;
  #ended = 0;
  #stopped = false;
  #waiting: { at: number; resolve: () => void }[] = [];

  /** Starts the clients. */
  constructor(options: LoadOptions) {
    this.#options = options;
    this.#clients = Array.from(
      { length: options.parallel },
      () => this.#client(),
    );
  }

  /** Connections that have ended, well or not. */
  get ended(): number {
    return this.#ended;
  }

  /** Resolves when so many more connections have ended. */
  async more(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ at: this.#ended + count, resolve });
    await within(`${count} more connections of the load`, promise);
  }

  /** Opens no more connections and waits for those that are open. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  /** Stops, where a test has failed before it came to that. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #client(): Promise<void> {
    while (!this.#stopped) {
      const nth = ++this.#next;
      const said = this.#options.opening?.(nth) ?? `ask ${nth}`;
      try {
        const name = await within(
          `the answer to ${JSON.stringify(said)}`,
          ask(this.#options.port, said),
          CLIENT_PATIENCE_MS,
        );
        this.served.set(name, (this.served.get(name) ?? 0) + 1);
      } catch (error) {
        const refused = error instanceof Deno.errors.ConnectionRefused;
        this.failures.push({ nth, refused, why: String(error) });
      }
      this.#count();
    }
  }

  #count(): void {
    this.#ended++;
    this.#waiting = this.#waiting.filter(({ at, resolve }) => {
      if (this.#ended < at) return true;
      resolve();
      return false;
    });
  }
}

/**
 * One question on a connection of its own.
 *
 * @returns The name of the target that answered.
 * @throws {Error} When the answer is not all of what it must be.
 */
export async function ask(
  port: number,
  said: string,
  hostname = "127.0.0.1",
): Promise<string> {
  const conn = await connectLocal(port, hostname);
  try {
    await writeAll(conn, bytesOf(said));
    await conn.closeWrite();
    const answer = textOf(await readAll(conn));
    if (!answer.endsWith(`:${said}`)) {
      throw new Error(
        `Said ${JSON.stringify(said)}, got ${JSON.stringify(answer)}`,
      );
    }
    return answer.slice(0, -said.length - 1);
  } finally {
    conn.close();
  }
}
