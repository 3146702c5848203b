/**
 * The host of a rule as the config spells it: `example.com`, `*.example.com`.
 *
 * @module
 */
import { checkHostName, isIpv6, normalizeHost } from "./host.ts";

/** A host that could be read, or what is wrong with it. */
export type HostValue =
  | {
    readonly ok: true;
    /** Normalised, without the `*.` of a wildcard. */
    readonly host: string;
    /** Whether it stands for the names below the host. */
    readonly wildcard: boolean;
    /** The port that stands behind it and that no rule compares. */
    readonly port: string | null;
  }
  | {
    readonly ok: false;
    /** What is wrong: `it is a URL`. */
    readonly problem: string;
    /** What was probably meant. */
    readonly suggestion?: string;
  };

const URL_START = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?/i;
// deno-lint-ignore no-control-regex
const NOT_ASCII = /[^\x00-\x7f]/;

/** Reads a host, or a wildcard and a host. */
export function readHostValue(value: string): HostValue {
  const wildcard = value.startsWith("*.");
  const text = wildcard ? value.slice(2) : value;
  const problem = wholeProblem(text);
  if (problem !== null) return bad(problem, textNearby(text), wildcard);
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const port = colon < 0 ? null : text.slice(colon + 1);
  const host = normalizeHost(name);
  const why = nameProblem(host);
  if (why !== null) return bad(why, nameNearby(name), wildcard);
  if (port !== null && !isPort(port)) {
    return bad(`${JSON.stringify(port)} is not a port`, name, wildcard);
  }
  return { ok: true, host, wildcard, port };
}

/** What is wrong with a text that holds more than a name and a port. */
function wholeProblem(text: string): string | null {
  if (URL_START.test(text)) return "it is a URL";
  if (/[/?#]/.test(text)) return "it contains a path";
  if (text.includes("@")) return "it contains a user";
  const bare = /^\[(.*)\]/.exec(text)?.[1] ?? text;
  if (isIpv6(bare)) {
    return `an IPv6 address is tested by a regular expression, "/^${bare.toLowerCase()}$/"`;
  }
  return null;
}

/** The name within a URL, or within a text with a path or a user. */
function textNearby(text: string): string {
  return text.replace(URL_START, "").replace(/^[^@]*@/, "")
    .replace(/[:/?#].*$/s, "");
}

function nameProblem(host: string): string | null {
  if (host === "*") return 'any host is what "CATCHALL" takes';
  if (host.startsWith(".")) return "it starts with a dot";
  if (host.includes("*")) return 'a "*" stands only before the first dot';
  if (NOT_ASCII.test(host)) return "clients send it in ASCII";
  const why = checkHostName(host);
  return why === null ? null : `it ${why}`;
}

function nameNearby(name: string): string {
  if (name.startsWith(".")) return `*${name}`;
  return NOT_ASCII.test(name)
    ? URL.parse(`http://${name}/`)?.hostname ?? ""
    : "";
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535;
}

/** @param nearby Offered when it is a host. */
function bad(problem: string, nearby: string, wildcard: boolean): HostValue {
  const suggestion = wildcard && !nearby.startsWith("*.")
    ? `*.${nearby}`
    : nearby;
  const offered = suggestion.replace(/^\*\./, "");
  return {
    ok: false,
    problem,
    ...(nameProblem(normalizeHost(offered)) === null ? { suggestion } : {}),
  };
}
