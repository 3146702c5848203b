/**
 * What telling systemd how the service is takes: variables, paths, permissions.
 *
 * @module
 */
import { UNIX_PREFIX } from "../config/unix_address.ts";
import type { Scopes } from "./permissions.ts";

/** Names the socket that is told (sd_notify(3)). */
export const NOTIFY_SOCKET = "NOTIFY_SOCKET";
/** Names the folders that systemd made for the service (systemd.exec(5)). */
export const RUNTIME_DIRECTORY = "RUNTIME_DIRECTORY";

/** The socket of systemd itself. */
const SYSTEM_SOCKET = "/run/systemd/notify";

/** The socket that is told from, in a folder of the service. */
export function ownSocket(folder: string): string {
  return `${folder}/notify`;
}

/**
 * The permissions that it takes.
 *
 * @param folder The folder of the service.
 */
export function notifyScopes(
  folder: string,
): Required<Pick<Scopes, "net" | "read" | "write" | "env">> {
  const paths = [ownSocket(folder), SYSTEM_SOCKET];
  return {
    net: paths.map((path) => UNIX_PREFIX + path),
    read: paths,
    write: paths,
    env: [NOTIFY_SOCKET, RUNTIME_DIRECTORY],
  };
}
