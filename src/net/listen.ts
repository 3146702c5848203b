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

/**
 * Binds and listens. All interfaces means IPv6 and IPv4 on one socket, and IPv4
 * alone where the machine has no IPv6.
 *
 * @param backlog Connections that the kernel queues until they are accepted.
 * @throws {PassthruError} `bind_failed`, naming the address.
 */
export function listen(
  address: ListenAddress,
  backlog: number,
): Deno.TcpListener {
  const { hostname, port } = address;
  try {
    return bind(hostname === "" ? "::" : hostname, port, backlog);
  } catch (error) {
    if (hostname === "" && NO_IPV6.has(errorCode(error))) {
      return listen({ ...address, hostname: "0.0.0.0" }, backlog);
    }
    throw new PassthruError(
      `Cannot listen on "${address.text}": ${reasonText(error, port)}`,
      { code: "bind_failed", source: "config", cause: error },
    );
  }
}

function bind(hostname: string, port: number, tcpBacklog: number) {
  return Deno.listen({ hostname, port, tcpBacklog });
}

function reasonText(error: unknown, port: number): string {
  return errorCode(error) === "EACCES" && port < 1024
    ? `permission denied (ports below 1024 need root, CAP_NET_BIND_SERVICE or a lower net.ipv4.ip_unprivileged_port_start)`
    : errorText(error);
}
