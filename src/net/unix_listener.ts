/**
 * A listening Unix socket.
 *
 * @module
 */
import { errorCode, errorText, PassthruError } from "../errors.ts";

/**
 * A closed listener waits so many turns of so many milliseconds each for who is
 * in its queue still. Turns, since each lets the runtime look at the queue even
 * when the machine was busy meanwhile.
 */
const QUIET_TURNS = 5;
const QUIET_TURN_MS = 10;

/** Where to listen. */
export interface UnixPlace {
  /** As the config spells it, for messages. */
  readonly text: string;
  /** Absolute path of the socket. */
  readonly path: string;
}

/** Options of {@linkcode UnixListener}. */
export interface UnixListenerOptions {
  /** Where the socket is made, in the same folder as its path. */
  readonly fresh: string;
  /**
   * Whether a socket that is at the path already is replaced, whoever made it:
   * see {@linkcode checkUnixFree}. Default: `false`.
   */
  readonly takeOver?: boolean;
}

/**
 * Listens on a path, and gives it to a successor without losing a client.
 *
 * Unlike the port of a TCP socket, the path cannot be shared: every listener has
 * a socket of its own, and the path leads to the last one that was
 * {@linkcode UnixListener.publish}ed. Who is in the queue of another is served
 * by that one before it ends.
 */
export class UnixListener {
  /** What the runtime says of other listeners' addresses. */
  readonly addr: Deno.UnixAddr;
  readonly #socket: Deno.UnixListener;
  readonly #place: UnixPlace;
  readonly #fresh: string;
  #inode: number | null = null;
  #closed = false;
  #turnsLeft = QUIET_TURNS;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Binds where no client looks.
   *
   * @throws {PassthruError} `bind_failed`, naming the address.
   */
  constructor(place: UnixPlace, { fresh, takeOver }: UnixListenerOptions) {
    this.#place = place;
    this.#fresh = fresh;
    this.addr = { transport: "unix", path: place.path };
    try {
      const found = fileAt(place.path);
      if (found !== null && !found.isSocket) throw failed(place, NO_SOCKET);
      if (found !== null && !takeOver) throw failed(place, IN_USE);
      // A crash between binding and publishing leaves it behind.
      if (fileAt(fresh)?.isSocket) Deno.removeSync(fresh);
      this.#socket = Deno.listen({ transport: "unix", path: fresh });
    } catch (error) {
      throw error instanceof PassthruError
        ? error
        : failed(place, errorText(error), error);
    }
  }

  /**
   * Takes the path, in one step: at every moment it leads to a socket.
   *
   * @throws {PassthruError} `bind_failed`.
   */
  publish(): void {
    try {
      Deno.renameSync(this.#fresh, this.#place.path);
      this.#inode = fileAt(this.#place.path)?.ino ?? null;
    } catch (error) {
      throw failed(this.#place, errorText(error), error);
    }
  }

  /** The next client. Rejects with `BadResource` when there will be none. */
  async accept(): Promise<Deno.Conn> {
    const conn = await this.#socket.accept();
    this.#turnsLeft = QUIET_TURNS;
    return conn;
  }

  /**
   * Gives up the path, if it leads here, and closes as soon as nobody is in the
   * queue. Idempotent.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unpublish();
    if (this.#inode === null) return this.#socket.close();
    this.#timer = setInterval(() => {
      if (this.#turnsLeft-- > 0) return;
      clearInterval(this.#timer);
      this.#socket.close();
    }, QUIET_TURN_MS);
  }

  #unpublish(): void {
    const { path } = this.#place;
    try {
      if (fileAt(path)?.ino === this.#inode) Deno.removeSync(path);
    } catch {
      // Whoever removes the folder under us wants it gone.
    }
  }
}

const NO_SOCKET = "there is a file that is not a socket";
const IN_USE = "there is a socket already";

/**
 * Looks whether the path of a listener is free: nothing is there, or a socket on
 * which nobody listens any more. Who ends without a word leaves that behind.
 *
 * @returns Why it is not; `null`: it is.
 */
export async function checkUnixFree(
  place: UnixPlace,
): Promise<PassthruError | null> {
  const { path } = place;
  try {
    const found = fileAt(path);
    if (found === null) return null;
    if (!found.isSocket) return failed(place, NO_SOCKET);
    (await Deno.connect({ transport: "unix", path })).close();
    return failed(place, "another process listens on it already");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ECONNREFUSED" || code === "ENOENT") return null;
    return code === "EAGAIN"
      ? failed(place, "another process listens on it already")
      : failed(place, errorText(error), error);
  }
}

function fileAt(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function failed(
  { text }: UnixPlace,
  why: string,
  cause?: unknown,
): PassthruError {
  return new PassthruError(`Cannot listen on "${text}": ${why}`, {
    code: "bind_failed",
    source: "config",
    cause,
  });
}
