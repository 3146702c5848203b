/**
 * Hosts and ports of HAProxy's addresses.
 *
 * @module
 */
import { joinAddress } from "../addresses.ts";

/** Whether a host is an IPv6 address. */
export function isIPv6Text(host: string): boolean {
  return host.includes(":");
}

/**
 * The address of a `server`.
 *
 * @param port The port that the client connects to, which is also the server's
 * where it has none, and which `+1000` is added to.
 * @returns A target, or why there is none: a part of a sentence.
 */
export function serverAddress(
  written: string,
  port: number | null,
): { readonly target: string } | string {
  const text = written.replace(/^(?:ipv4|ipv6|tcp|tcp4|tcp6)@/, "");
  const socket = /^(?:(?:unix|uxst)@)?(\/.*)$/.exec(text);
  if (socket !== null) return { target: `unix:${socket[1]}` };
  if (/^[\w+]+@/.test(text)) return "addresses of this kind cannot be dialled";
  const bracket = /^\[(.*)\](?::(.*))?$/.exec(text);
  const split = text.lastIndexOf(":");
  const host = bracket?.[1] ?? (split < 0 ? text : text.slice(0, split));
  const ending = bracket === null
    ? split < 0 ? undefined : text.slice(split + 1)
    : bracket[2];
  if (["", "*", "0.0.0.0", "::"].includes(host)) {
    return "the address that the client connects to cannot be dialled";
  }
  const number = portOf(ending, port);
  if (number === null || number < 1 || number > 65535) return "it has no port";
  const joined = joinAddress(host, String(number));
  return joined.ok ? { target: joined.address } : "it is no address";
}

function portOf(text: string | undefined, port: number | null): number | null {
  if (text === undefined || text === "") return port;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  return /^[+-]\d{1,5}$/.test(text) && port !== null
    ? port + Number(text)
    : null;
}
