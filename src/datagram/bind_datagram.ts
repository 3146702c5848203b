/**
 * Binding a socket for datagrams.
 *
 * @module
 */
import type { HostPort } from "../config/address.ts";
import { errorCode, errorText, PassthruError } from "../errors.ts";

/** Codes that a machine without IPv6 answers to `::`. */
const NO_IPV6 = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/**
 * Binds. All interfaces means IPv6 and IPv4 on one socket, and IPv4 alone where
 * the machine has no IPv6.
 *
 * @throws {PassthruError} `bind_failed`, naming the address.
 */
export function bindDatagram(address: HostPort): Deno.DatagramConn {
  const { hostname, port, text } = address;
  const host = hostname === "" ? "::" : hostname;
  try {
    return Deno.listenDatagram({ transport: "udp", hostname: host, port });
  } catch (error) {
    if (hostname === "" && NO_IPV6.has(errorCode(error))) {
      return bindDatagram({ ...address, hostname: "0.0.0.0" });
    }
    throw new PassthruError(
      `Cannot listen on "${text}": ${errorText(error)}`,
      { code: "bind_failed", source: "config", cause: error },
    );
  }
}
