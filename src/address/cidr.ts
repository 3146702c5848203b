/**
 * Blocks of IP addresses: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`.
 *
 * @module
 */
import { ipBytes, ipText } from "./ip_address.ts";

/** A block of addresses. */
export interface Cidr {
  /** The canonical spelling, with the prefix length: `10.0.0.0/8`. */
  readonly text: string;
  /** The first address, 4 or 16 bytes. */
  readonly network: Uint8Array;
  /** Length of the common prefix in bits: 0 to 32, or 0 to 128. */
  readonly prefix: number;
}

/** A block that could be parsed, or why not. */
export type ParsedCidr =
  | { readonly ok: true; readonly cidr: Cidr }
  | {
    readonly ok: false;
    /** What is wrong: `the prefix length is larger than 32`. */
    readonly problem: string;
    /** What was probably meant. */
    readonly suggestion?: string;
  };

/**
 * Parses a block in the notation of RFC 4632 §3.1 and RFC 4291 §2.3. An address
 * without a prefix length is the block of that one address. Bits set behind the
 * prefix are a mistake more often than not, and refused.
 */
export function parseCidr(text: string): ParsedCidr {
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const bytes = ipBytes(address);
  if (bytes === null || address.includes("%")) {
    return fail(`${JSON.stringify(address)} is not an IP address`);
  }
  const most = bytes.length * 8;
  const length = slash < 0 ? String(most) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length)) {
    return fail(
      `the prefix length ${JSON.stringify(length)} is not a number`,
    );
  }
  const prefix = Number(length);
  if (prefix > most) {
    return fail(`the prefix length ${prefix} is larger than ${most}`);
  }
  const network = masked(bytes, prefix);
  const canonical = `${ipText(network)}/${prefix}`;
  return network.every((byte, i) => byte === bytes[i])
    ? { ok: true, cidr: { text: canonical, network, prefix } }
    : fail("it has bits set after the prefix", canonical);
}

/** Whether all addresses of a block are in another. */
export function isWithinBlock(inner: Cidr, outer: Cidr): boolean {
  if (inner.network.length !== outer.network.length) return false;
  if (inner.prefix < outer.prefix) return false;
  return outer.network.every((byte, i) =>
    byte === (inner.network[i]! & maskByte(i, outer.prefix))
  );
}

/** The block that an address is in, as a key for looking it up. */
export function networkKey(address: Uint8Array, prefix: number): string {
  return key(masked(address, prefix));
}

/** The last address of the block that an address is in. */
export function lastAddress(address: Uint8Array, prefix: number): Uint8Array {
  return address.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, prefix - 8 * i));
    return byte | (0xff >> kept);
  });
}

/**
 * A set of blocks. Asking costs time by the number of different prefix lengths,
 * not by the number of blocks.
 */
export class CidrSet {
  readonly #ipv4 = new Map<number, Set<string>>();
  readonly #ipv6 = new Map<number, Set<string>>();

  /** @throws {RangeError} When a text is no block. */
  constructor(blocks: readonly string[]) {
    for (const block of blocks) {
      const parsed = parseCidr(block);
      if (!parsed.ok) throw new RangeError(`Bad block: ${parsed.problem}`);
      const { network, prefix } = parsed.cidr;
      const byPrefix = this.#of(network);
      const networks = byPrefix.get(prefix) ?? new Set();
      byPrefix.set(prefix, networks.add(key(network)));
    }
  }

  /**
   * Whether an address is in one of the blocks.
   *
   * @param address As text or bytes; a text that is no IP address is in none.
   */
  has(address: string | Uint8Array): boolean {
    const bytes = typeof address === "string" ? ipBytes(address) : address;
    if (bytes === null) return false;
    for (const [prefix, networks] of this.#of(bytes)) {
      if (networks.has(key(masked(bytes, prefix)))) return true;
    }
    return false;
  }

  #of(bytes: Uint8Array): Map<number, Set<string>> {
    return bytes.length === 4 ? this.#ipv4 : this.#ipv6;
  }
}

/** A copy with the bits behind the prefix cleared. */
function masked(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, i) => byte & maskByte(i, prefix));
}

/** The bits of a byte of an address that are in the prefix. */
function maskByte(index: number, prefix: number): number {
  const kept = Math.min(8, Math.max(0, prefix - 8 * index));
  return (0xff00 >> kept) & 0xff;
}

function key(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function fail(problem: string, suggestion?: string): ParsedCidr {
  return {
    ok: false,
    problem,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
