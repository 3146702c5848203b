/**
 * `to` of an include: the targets that its files may name.
 *
 * @module
 */
import { type Cidr, isWithinBlock, parseCidr } from "../../address/cidr.ts";
import { parsePort } from "../address.ts";
import type { TargetPlan } from "../plan.ts";
import { isUnixText, parseUnixAddress } from "../unix_address.ts";
import { isHostName, parseWithin } from "../within.ts";

/** A block of addresses, a name or a wildcard, and a Unix socket. */
type Bound =
  | {
    readonly kind: "block";
    readonly cidr: Cidr;
    readonly port: number | null;
  }
  | {
    readonly kind: "name";
    readonly name: string;
    readonly port: number | null;
  }
  | { readonly kind: "unix"; readonly path: string };

/** An entry that could be parsed, or why not. */
export type ParsedBound =
  | { readonly ok: true; readonly bound: Bound }
  | {
    readonly ok: false;
    readonly problem: string;
    readonly suggestion?: string | readonly string[];
  };

/** A block of IPv6 addresses: `fd00::/8`, `[fd00::/8]`, `[fd00::/8]:443`. */
const IPV6_BLOCK =
  /^(?:\[([^\]]*:[^\]]*\/[^\]]*)\](?::(.*))?|([^[\]]*:[^[\]]*:[^[\]]*\/\d*))$/;

/** Parses an entry of `to`. */
export function parseBound(text: string): ParsedBound {
  if (isUnixText(text)) {
    const parsed = parseUnixAddress(text, "target");
    return parsed.ok
      ? { ok: true, bound: { kind: "unix", path: parsed.address.path } }
      : parsed;
  }
  const [, inBrackets, port, bare] = IPV6_BLOCK.exec(text) ?? [];
  const block = inBrackets ?? bare;
  if (block !== undefined) return blockOf(block, port);
  const parsed = parseWithin(text);
  if (!parsed.ok) return parsed;
  const { kind, value, port: only } = parsed.entry;
  return kind === "name"
    ? { ok: true, bound: { kind, name: value, port: only } }
    : blockOf(value, only === null ? undefined : String(only));
}

function blockOf(block: string, portText: string | undefined): ParsedBound {
  const parsed = parseCidr(block);
  if (!parsed.ok) return { ok: false, problem: parsed.problem };
  const port = portText === undefined ? null : parsePort(portText, "target");
  return typeof port === "string"
    ? { ok: false, problem: port }
    : { ok: true, bound: { kind: "block", cidr: parsed.cidr, port } };
}

/** Permissions for all targets that bounds allow. */
export interface Reach {
  /** As scopes of the runtime. */
  readonly net: readonly string[];
  /** Paths of Unix sockets. */
  readonly sockets: readonly string[];
  /** Blocks of addresses that the runtime has no permissions for. */
  readonly unnamed: readonly string[];
}

/** Says which targets are inside. */
export class TargetBounds {
  readonly #bounds: readonly Bound[];

  /** Makes bounds that allow what any of these allows. */
  constructor(bounds: readonly Bound[]) {
    this.#bounds = bounds;
  }

  /** What a process is to be permitted so that all targets can be dialled. */
  get reach(): Reach {
    const net: string[] = [];
    const sockets: string[] = [];
    const unnamed: string[] = [];
    for (const bound of this.#bounds) {
      if (bound.kind === "unix") sockets.push(bound.path);
      else if (bound.kind === "name") {
        net.push(withPort(bound.name, bound.port));
      } else if (bound.cidr.network.length === 4 || bound.cidr.prefix === 128) {
        net.push(withPort(blockScope(bound.cidr), bound.port));
      } else unnamed.push(bound.cidr.text);
    }
    return { net, sockets, unnamed };
  }

  /** Whether all that a target may be is inside. */
  has(target: TargetPlan): boolean {
    switch (target.kind) {
      case "unix":
        return this.#bounds.some((bound) =>
          bound.kind === "unix" && bound.path === target.path
        );
      case "dynamic":
        return this.#hasName(`*${target.under}`, target.port);
      case "srv":
        return target.within.every((scope) => this.#hasAll(scope));
      case "address": {
        const { hostname, port } = target.address;
        const parsed = parseCidr(hostname);
        return parsed.ok
          ? this.#hasBlock(parsed.cidr, port)
          : this.#hasName(hostname.toLowerCase().replace(/\.$/, ""), port);
      }
    }
  }

  /** Whether all is inside that a `srv:` target is within. */
  #hasAll(scope: string): boolean {
    const parsed = parseBound(scope);
    if (!parsed.ok || parsed.bound.kind === "unix") return false;
    const { bound } = parsed;
    return bound.kind === "block"
      ? this.#hasBlock(bound.cidr, bound.port)
      : this.#hasName(bound.name, bound.port);
  }

  /** @param port `null`: any. */
  #hasBlock(cidr: Cidr, port: number | null): boolean {
    return this.#bounds.some((bound) =>
      bound.kind === "block" && hasPort(bound, port) &&
      isWithinBlock(cidr, bound.cidr)
    );
  }

  /** @param name In lower case; with `*.` it stands for all names below. */
  #hasName(name: string, port: number | null): boolean {
    const rest = name.replace(/^\*\./, "");
    if (!isHostName(rest)) return false;
    return this.#bounds.some((bound) => {
      if (bound.kind !== "name" || !hasPort(bound, port)) return false;
      if (!bound.name.startsWith("*.")) return bound.name === name;
      // "*.a.example" is all below, and so is "*.b.a.example".
      const suffix = bound.name.slice(1);
      return name === bound.name || rest.endsWith(suffix);
    });
  }
}

function hasPort(
  { port }: { readonly port: number | null },
  wanted: number | null,
): boolean {
  return port === null || port === wanted;
}

/** The block as the runtime spells it: an address alone has no prefix length. */
function blockScope({ text, prefix, network }: Cidr): string {
  const [address] = text.split("/");
  if (network.length === 16) return `[${address}]`;
  return prefix === 32 ? address! : text;
}

function withPort(host: string, port: number | null): string {
  return port === null ? host : `${host}:${port}`;
}
