/**
 * What the answers for a `srv:` target may be: names with wildcards, blocks of
 * IPv4 addresses, single IP addresses, each for one port or for all.
 *
 * Each entry is a permission scope of the runtime, too. A wildcard there stands
 * for the bare domain as well; here it does not, and both must allow a target.
 *
 * @module
 */
import { CidrSet, parseCidr } from "../address/cidr.ts";
import { ipBytes, ipText } from "../address/ip_address.ts";

/** An entry of `within`. */
export interface WithinEntry {
  /** A name may begin with `*.`; a block is one of IP addresses. */
  readonly kind: "name" | "block";
  /** The name in lower case, or the block with its prefix length. */
  readonly value: string;
  /** The only port; `null`: any. */
  readonly port: number | null;
  /** The permission scope. */
  readonly scope: string;
}

/** An entry that could be parsed, or why not. */
export type ParsedWithin =
  | { readonly ok: true; readonly entry: WithinEntry }
  | {
    readonly ok: false;
    /** What is wrong: `the prefix length is larger than 32`. */
    readonly problem: string;
    /** What was probably meant. */
    readonly suggestion?: string;
  };

/** A host name in lower case, without a dot at its end (RFC 1123 §2.1, and `_`). */
const NAME = /^(?!.{254})[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
/** A last label that some resolvers take for a part of an IPv4 address. */
const NUMERIC_END = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/** Whether a text is a host name in lower case, and cannot be read as an address. */
export function isHostName(text: string): boolean {
  return NAME.test(text) && !NUMERIC_END.test(text);
}

/** Parses `*.example.com`, `10.0.0.0/8`, `[::1]`, `10.0.0.5:8080`. */
export function parseWithin(text: string): ParsedWithin {
  if (text === "") return fail("it is empty");
  if (/\s/.test(text)) {
    return fail("it contains white space", text.replace(/\s+/g, ""));
  }
  const split = /^(\[[^\]]*\][^:]*|[^:[\]]*)(?::([^:]*))?$/.exec(text);
  if (split === null) {
    return ipBytes(text) === null
      ? fail("it has too many colons")
      : fail("an IPv6 address needs brackets", `[${text}]`);
  }
  const port = split[2] === undefined ? null : parsePort(split[2]);
  if (typeof port === "string") return fail(port);
  const host = split[1]!;
  if (host.startsWith("[")) return ipv6Entry(host, port);
  if (/^[\d.]+(?:\/.*)?$/.test(host)) return blockEntry(host, port);
  return nameEntry(host.toLowerCase().replace(/\.$/, ""), port);
}

function ipv6Entry(host: string, port: number | null): ParsedWithin {
  const bytes = host.endsWith("]") ? ipBytes(host.slice(1, -1)) : null;
  if (bytes === null || host.includes("%")) {
    return fail(
      host.includes("/")
        ? "Deno has no permissions for blocks of IPv6 addresses, only for single addresses"
        : `"${host}" is not an IPv6 address in brackets`,
    );
  }
  if (bytes.length === 4) {
    return fail("it is an IPv4 address", withPort(ipText(bytes), port));
  }
  return entry("block", `${ipText(bytes)}/128`, `[${ipText(bytes)}]`, port);
}

function blockEntry(host: string, port: number | null): ParsedWithin {
  const parsed = parseCidr(host);
  if (!parsed.ok) {
    const { problem, suggestion } = parsed;
    return suggestion === undefined
      ? fail(problem)
      : fail(problem, withPort(suggestion, port));
  }
  const { text, prefix } = parsed.cidr;
  const scope = prefix === 32 ? text.split("/")[0]! : text;
  return entry("block", text, scope, port);
}

function nameEntry(name: string, port: number | null): ParsedWithin {
  if (name === "*") return fail('a lone "*" would allow every name');
  const rest = name.startsWith("*.") ? name.slice(2) : name;
  if (rest.includes("*")) return fail('"*" can only be the first label');
  return isHostName(rest)
    ? entry("name", name, name, port)
    : fail(`"${name}" is neither a host name nor a block of IPv4 addresses`);
}

function entry(
  kind: WithinEntry["kind"],
  value: string,
  host: string,
  port: number | null,
): ParsedWithin {
  return {
    ok: true,
    entry: { kind, value, port, scope: withPort(host, port) },
  };
}

function withPort(host: string, port: number | null): string {
  return port === null ? host : `${host}:${port}`;
}

function parsePort(text: string): number | string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    return `"${text}" is not a port`;
  }
  return text === "0" ? "the port 0 cannot be dialled" : Number(text);
}

function fail(problem: string, suggestion?: string): ParsedWithin {
  return {
    ok: false,
    problem,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Says what is inside. */
export class Within {
  readonly #names: readonly WithinEntry[];
  readonly #blocks: readonly (WithinEntry & { readonly set: CidrSet })[];

  /**
   * @param entries As the config spells them.
   * @throws {RangeError} When one cannot be parsed.
   */
  constructor(entries: readonly string[]) {
    const parsed = entries.map((text) => {
      const one = parseWithin(text);
      if (one.ok) return one.entry;
      throw new RangeError(`Bad entry of "within": ${one.problem}`);
    });
    this.#names = parsed.filter(({ kind }) => kind === "name");
    this.#blocks = parsed.filter(({ kind }) => kind === "block")
      .map((block) => ({ ...block, set: new CidrSet([block.value]) }));
  }

  /** Whether an address of this family could be inside. */
  mayHold(family: 4 | 6): boolean {
    return this.#blocks.some(({ value }) =>
      value.includes(":") === (family === 6)
    );
  }

  /** @param name In lower case, without a dot at its end. */
  hasName(name: string, port: number): boolean {
    return isHostName(name) &&
      this.#names.some((entry) =>
        (entry.port ?? port) === port &&
        (entry.value.startsWith("*.")
          ? name.endsWith(entry.value.slice(1)) &&
            name.length >= entry.value.length
          : name === entry.value)
      );
  }

  /** @param address An IP address without brackets. */
  hasAddress(address: string, port: number): boolean {
    return this.#blocks.some((entry) =>
      (entry.port ?? port) === port && entry.set.has(address)
    );
  }
}
