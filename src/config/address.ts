/**
 * Addresses as the config spells them.
 *
 * @module
 */
import { ipBytes, ipText, isIpv4, isIpv6 } from "../address/ip_address.ts";
import { isLoopback } from "../address/loopback.ts";

/** A host and a port. */
export interface HostPort {
  /** As the config spells it: for messages and logs. */
  readonly text: string;
  /**
   * Host name or IP address, an IPv6 address without brackets; empty: all
   * interfaces (`:443`).
   */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
}

/** An address that could be parsed, or why not. */
export type ParsedAddress =
  | { readonly ok: true; readonly address: HostPort }
  | {
    readonly ok: false;
    /** What is wrong: `the port is missing`. */
    readonly problem: string;
    /** What was probably meant: an address, or a list of them. */
    readonly suggestion?: string | readonly string[];
  };

/** What an address is for. */
export type AddressUse = "listen" | "target";

/** What templates and shells put in place of a value. */
const VARIABLE =
  /\$\{|\$\(|\$[A-Za-z_]|\{\{|\{\$|\{env[.:]|%[A-Za-z_]\w*%|<[^>]*>/;

const HOST_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?$/;

/**
 * Parses `host:port`, `1.2.3.4:443`, `[::1]:443`, and for listening `:443`.
 *
 * @param use To listen, the host may be left out and the port may be 0.
 */
export function parseAddress(text: string, use: AddressUse): ParsedAddress {
  const shape = checkShape(text, use);
  if (shape !== null) return shape;
  const bracket = text.startsWith("[");
  const split = bracket ? text.indexOf("]") + 1 : text.lastIndexOf(":");
  const host = bracket ? text.slice(1, split - 1) : text.slice(0, split);
  const portText = text.slice(split + 1);
  const hostProblem = checkHost(host, bracket, use);
  if (hostProblem !== null) return hostProblem;
  const port = parsePort(portText, use);
  if (typeof port === "string") return fail(port);
  return { ok: true, address: { text, hostname: host, port } };
}

/** Problems of the address as a whole, before it is taken apart. */
function checkShape(text: string, use: AddressUse): ParsedAddress | null {
  if (text === "") return fail("it is empty");
  if (VARIABLE.test(text)) {
    return fail(
      use === "target"
        ? 'a config has no variables (the target can be in a file, "file:PATH")'
        : 'a config has no variables (the address can be in a file, "options": { "listen": "file:PATH" })',
    );
  }
  if (text.includes(",")) return severalAddresses(text, use);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)/i.exec(text);
  if (scheme !== null) {
    return fail(
      "it is a URL",
      scheme[1]!.includes(":") ? scheme[1] : undefined,
    );
  }
  if (/\s/.test(text)) {
    return fail("it contains white space", text.replace(/\s+/g, ""));
  }
  if (text.endsWith("/udp")) {
    return fail(
      "a target has the transport of its server",
      text.slice(0, -"/udp".length),
    );
  }
  if (text.startsWith("*:") && use === "listen") {
    return fail("it starts with *", text.slice(1));
  }
  if (text.startsWith("[")) {
    if (!text.includes("]")) return fail('the "]" is missing');
    if (!text.includes("]:")) return fail("the port is missing");
    return null;
  }
  const colons = text.split(":").length - 1;
  if (colons === 0) {
    return /^\d{1,5}$/.test(text)
      ? fail(
        "it is only a port",
        `${use === "listen" ? "" : "127.0.0.1"}:${text}`,
      )
      : fail("the port is missing");
  }
  if (colons > 1) {
    const split = text.lastIndexOf(":");
    return isIpv6(text.slice(0, split))
      ? fail(
        "an IPv6 address needs brackets",
        `[${text.slice(0, split)}]${text.slice(split)}`,
      )
      : fail("it has too many colons");
  }
  return null;
}

/** Several addresses in one text. */
function severalAddresses(text: string, use: AddressUse): ParsedAddress {
  if (use === "listen") {
    return fail("a server has one address, write one server for each");
  }
  const addresses = text.split(",").map((part) => part.trim());
  return addresses.every((address) => parseAddress(address, use).ok)
    ? fail("several addresses need a list", addresses)
    : fail('it holds ","');
}

function checkHost(
  host: string,
  bracket: boolean,
  use: AddressUse,
): ParsedAddress | null {
  if (bracket) {
    if (host.includes("%")) return fail("IPv6 zones are not supported");
    return isIpv6(host) ? null : fail(`"${host}" is not an IPv6 address`);
  }
  if (host === "") return use === "listen" ? null : fail("the host is missing");
  if (/^[0-9.]+$/.test(host)) {
    return isIpv4(host) ? null : fail(`"${host}" is not an IPv4 address`);
  }
  return HOST_NAME.test(host) && !host.includes("..")
    ? null
    : fail(`"${host}" is not a host name`);
}

/** The port, or what is wrong with it. */
export function parsePort(text: string, use: AddressUse): number | string {
  if (text === "") return "the port is missing";
  if (!/^\d{1,9}$/.test(text)) return `the port "${text}" is not a number`;
  const port = Number(text);
  if (port > 65535) return `the port ${port} is larger than 65535`;
  if (port === 0 && use === "target") return "the port 0 cannot be dialled";
  return port;
}

function fail(
  problem: string,
  suggestion?: string | readonly string[],
): ParsedAddress {
  return {
    ok: false,
    problem,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** A host and a port as text, with brackets around an IPv6 address. */
export function formatHostPort(hostname: string, port: number): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** Whether a text has what stands for a variable elsewhere. */
export function hasVariable(text: string): boolean {
  return VARIABLE.test(text);
}

/** Whether two listeners cannot both bind. */
export function overlaps(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  if (a.hostname.toLowerCase() === b.hostname.toLowerCase()) return true;
  if (isDualStack(a) || isDualStack(b)) return true;
  return (a.hostname === "0.0.0.0" && !b.hostname.includes(":")) ||
    (b.hostname === "0.0.0.0" && !a.hostname.includes(":"));
}

/**
 * Whether dialling the target is certain to reach the listener. Addresses of
 * this machine other than loopback are not known here.
 */
export function reaches(target: HostPort, listener: HostPort): boolean {
  if (target.port !== listener.port) return false;
  const [to, at] = [dialled(target), canonical(listener)];
  if (to === at) return true;
  if (isDualStack(listener)) return isLoopback(to);
  return at === "0.0.0.0" && isLoopback(to) && isIpv4(to);
}

/** One text for targets that are certain to be one, however they are spelt. */
export function addressIdentity(address: HostPort): string {
  return `${canonical(address)} ${address.port}`;
}

/** As {@linkcode addressIdentity}, of the address that is dialled for a target. */
export function dialledIdentity(target: HostPort): string {
  return `${dialled(target)} ${target.port}`;
}

/** Whether a listener may take what is sent to addresses other than its own. */
export function isWide(listener: HostPort): boolean {
  return isDualStack(listener) || canonical(listener) === "0.0.0.0";
}

function isDualStack({ hostname }: HostPort): boolean {
  return hostname === "" ||
    hostname.includes(":") && canonicalIpv6(hostname) === "::";
}

/** As {@linkcode canonical}: who dials no address in particular dials loopback. */
function dialled(address: HostPort): string {
  const host = canonical(address);
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

/** Spellings that have been found: an address is compared many times. */
const CANONICAL = new WeakMap<HostPort, string>();

/** One spelling for hosts that mean the same when dialled on one machine. */
function canonical(address: HostPort): string {
  const known = CANONICAL.get(address) ?? canonicalHost(address);
  CANONICAL.set(address, known);
  return known;
}

function canonicalHost(address: HostPort): string {
  const host = address.hostname.toLowerCase().replace(/\.$/, "");
  if (host === "localhost") return "127.0.0.1";
  // IPv4 in IPv6 is the IPv4 address.
  const bytes = ipBytes(host);
  return bytes === null ? host : ipText(bytes);
}

function canonicalIpv6(host: string): string {
  if (!isIpv6(host)) return host;
  return new URL(`http://[${host}]`).hostname.slice(1, -1);
}
