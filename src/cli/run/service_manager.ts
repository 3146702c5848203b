/**
 * Telling systemd how the service is: `READY=1` and the like, as datagrams to the
 * socket that `NOTIFY_SOCKET` names (sd_notify(3)).
 *
 * Datagrams of Unix sockets are unstable in Deno (`net`, which `deno.json` has),
 * and it can send one only from a socket that has a path of its own: that is in
 * the folder that systemd makes for the service. The permissions that it takes are
 * in the unit that `passthru scopes --systemd` prints; without them nothing is
 * told.
 *
 * @module
 */
import { errorText } from "../../errors.ts";
import type { Logger } from "../../observe/log.ts";
import { environmentValue } from "../environment.ts";
import {
  NOTIFY_SOCKET,
  ownSocket,
  RUNTIME_DIRECTORY,
} from "../notify_socket.ts";

/** What there is to tell. */
export type ServiceState = "ready" | "reloading" | "stopping";

const MESSAGES: Readonly<Record<ServiceState, string>> = {
  ready: "READY=1",
  reloading: "RELOADING=1",
  stopping: "STOPPING=1",
};

/** Tells the service manager how the service is. */
export class ServiceManager {
  readonly #socket: string;
  /** Where it is sent from. */
  readonly #own: string;
  readonly #logger: Logger;
  #telling: Promise<void> = Promise.resolve();

  private constructor(socket: string, own: string, logger: Logger) {
    this.#socket = socket;
    this.#own = own;
    this.#logger = logger;
  }

  /** @returns `null`: there is none, or it cannot be told anything. */
  static find(logger: Logger): ServiceManager | null {
    const socket = environmentValue(NOTIFY_SOCKET);
    const own = environmentValue(RUNTIME_DIRECTORY)?.split(":")
      .map(ownSocket).find(mayWrite);
    if (socket === undefined || own === undefined) return null;
    // Without that feature it is not there.
    if (typeof Deno.listenDatagram !== "function") return null;
    return new ServiceManager(socket, own, logger);
  }

  /** Resolves when it has been told all. Never rejects. */
  get told(): Promise<void> {
    return this.#telling;
  }

  /**
   * Tells it, in the order of the calls; a failure is logged.
   *
   * @param status One line for people, which `systemctl status` shows.
   */
  tell(state: ServiceState, status: string): void {
    const message = `${MESSAGES[state]}\nSTATUS=${
      status.replaceAll("\n", " ")
    }`;
    this.#telling = this.#telling.then(() => this.#send(message));
  }

  async #send(message: string): Promise<void> {
    try {
      await removeQuietly(this.#own);
      const from = Deno.listenDatagram({
        transport: "unixpacket",
        path: this.#own,
      });
      try {
        await from.send(new TextEncoder().encode(message), {
          transport: "unixpacket",
          path: this.#socket,
        });
      } finally {
        from.close();
        await removeQuietly(this.#own);
      }
    } catch (error) {
      this.#logger.log("warn", "cannot tell the service manager", {
        error: errorText(error),
      });
    }
  }
}

function mayWrite(path: string): boolean {
  const { state } = Deno.permissions.querySync({ name: "write", path });
  return state === "granted";
}

/** What a process that crashed has left would be in the way. */
async function removeQuietly(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch {
    // It is not there, or the next step says what is wrong.
  }
}
