/**
 * Binding a listening socket.
 *
 * @module
 */
import { errorCode, errorText, PassthruError } from "../errors.ts";

/** Where to listen. */
export interface ListenAddress {
  /** As the config spells it, for messages. */
  readonly text: string;
  /** Host name or IP address; empty: all interfaces. */
  readonly hostname: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Codes that a machine without IPv6 answers to `::`. */
const NO_IPV6 = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/** Options of {@linkcode listen}. */
export interface ListenOptions {
  /** Connections that the kernel queues until they are accepted. */
  readonly backlog: number;
  /**
   * Share one socket with every other listener of this process on the same
   * address that is shared too, in this thread or another. The socket stays
   * until the last of them closes, so nothing in its queue is lost when one
   * takes over from another. Not with port 0. Default: `false`.
   */
  readonly shared?: boolean;
}

/**
 * Binds and listens. All interfaces means IPv6 and IPv4 on one socket, and IPv4
 * alone where the machine has no IPv6.
 *
 * @throws {PassthruError} `bind_failed`, naming the address.
 */
export function listen(
  address: ListenAddress,
  options: ListenOptions,
): Deno.TcpListener {
  const { hostname, port } = address;
  try {
    return bind(hostname === "" ? "::" : hostname, port, options);
  } catch (error) {
    if (hostname === "" && NO_IPV6.has(errorCode(error))) {
      return listen({ ...address, hostname: "0.0.0.0" }, options);
    }
    throw new PassthruError(
      `Cannot listen on "${address.text}": ${reasonText(error, port)}`,
      { code: "bind_failed", source: "config", cause: error },
    );
  }
}

function bind(hostname: string, port: number, options: ListenOptions) {
  const { backlog: tcpBacklog, shared = false } = options;
  // `loadBalanced` is what Deno.serve shares its sockets with; it is in no type
  // file (ext/net/01_net.js).
  const all = { hostname, port, tcpBacklog, loadBalanced: shared };
  return Deno.listen(all as Deno.TcpListenOptions);
}

function reasonText(error: unknown, port: number): string {
  return errorCode(error) === "EACCES" && port < 1024
    ? `permission denied (ports below 1024 need root, CAP_NET_BIND_SERVICE or a lower net.ipv4.ip_unprivileged_port_start)`
    : errorText(error);
}
