/**
 * The DNS servers of this machine.
 *
 * @module
 */
import { ipBytes } from "../../address/ip_address.ts";
import { formatHostPort, type HostPort } from "../../config/address.ts";
import { errorText, PassthruError } from "../../errors.ts";

/** Where the system says which they are: resolv.conf(5). */
export const RESOLV_CONF = "/etc/resolv.conf";
/** So many of them are used: the `MAXNS` of resolv.conf(5). */
const MAX_SERVERS = 3;
const DNS_PORT = 53;

/**
 * The servers that the system asks, in their order.
 *
 * @throws {PassthruError} `no_resolver` when it cannot be read, or names none.
 */
export function systemNameServers(file: string = RESOLV_CONF): HostPort[] {
  const servers = nameServersIn(read(file));
  if (servers.length > 0) return servers;
  throw noResolver(`${file} names no DNS server`);
}

/** The servers that the text of a resolv.conf names. */
export function nameServersIn(text: string): HostPort[] {
  return text.split("\n").flatMap((line) => {
    const [word, hostname] = line.trim().split(/\s+/);
    if (word !== "nameserver" || hostname === undefined) return [];
    // A zone cannot be a part of a permission scope.
    if (hostname.includes("%") || ipBytes(hostname) === null) return [];
    const text = formatHostPort(hostname, DNS_PORT);
    return [{ text, hostname, port: DNS_PORT }];
  }).slice(0, MAX_SERVERS);
}

function read(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    throw noResolver(`cannot read ${file}: ${errorText(error)}`, error);
  }
}

function noResolver(why: string, cause?: unknown): PassthruError {
  return new PassthruError(
    `No DNS server for "srv:" targets: ${why} (name one: "resolver": "127.0.0.1:53")`,
    { code: "no_resolver", source: "config", cause },
  );
}
