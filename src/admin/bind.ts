/**
 * Binding the address of the admin server.
 *
 * @module
 */
import { errorCode } from "../errors.ts";

/** Connections that the kernel queues. */
const BACKLOG = 128;

/** @param hostname Empty: all interfaces. */
export function bindAdmin(hostname: string, port: number): Deno.TcpListener {
  return hostname === "" ? everywhere(port) : bind(hostname, port);
}

/** IPv6 and IPv4, or IPv4 alone where the machine has no IPv6. */
function everywhere(port: number): Deno.TcpListener {
  try {
    return bind("::", port);
  } catch (error) {
    const noIpv6 = ["EADDRNOTAVAIL", "EAFNOSUPPORT"];
    if (!noIpv6.includes(errorCode(error))) throw error;
    return bind("0.0.0.0", port);
  }
}

function bind(hostname: string, port: number): Deno.TcpListener {
  return Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
}
