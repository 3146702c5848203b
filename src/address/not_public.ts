/**
 * Addresses that the public internet does not route: a name that leads there
 * leads into somebody's own network.
 *
 * By IANA's registries of special-purpose addresses (RFC 6890 and its updates).
 *
 * @module
 */
import { CidrSet } from "./cidr.ts";
import { ipBytes, ipText } from "./ip_address.ts";

/** IPv4 blocks with what they are for. */
const IPV4: readonly (readonly [block: string, what: string])[] = [
  ["0.0.0.0/8", "an unspecified address"],
  ["10.0.0.0/8", "a private address"],
  ["100.64.0.0/10", "an address behind a carrier's NAT"],
  ["127.0.0.0/8", "a loopback address"],
  ["169.254.0.0/16", "a link-local address"],
  ["172.16.0.0/12", "a private address"],
  ["192.0.0.0/24", "a reserved address"],
  ["192.0.2.0/24", "a documentation address"],
  ["192.88.99.0/24", "a reserved address"],
  ["192.168.0.0/16", "a private address"],
  ["198.18.0.0/15", "a benchmarking address"],
  ["198.51.100.0/24", "a documentation address"],
  ["203.0.113.0/24", "a documentation address"],
  ["224.0.0.0/4", "a multicast address"],
  ["240.0.0.0/4", "a reserved address"],
];

/** IPv6 blocks; whatever else is outside `2000::/3` is reserved. */
const IPV6: readonly (readonly [block: string, what: string])[] = [
  ["::/128", "an unspecified address"],
  ["::1/128", "a loopback address"],
  ["2001::/23", "a reserved address"],
  ["2001:db8::/32", "a documentation address"],
  ["3fff::/20", "a documentation address"],
  ["fc00::/7", "a private address"],
  ["fe80::/10", "a link-local address"],
  ["fec0::/10", "a private address"],
  ["ff00::/8", "a multicast address"],
];

/** NAT64 (RFC 6052) and 6to4 (RFC 3056), with where the IPv4 address stands. */
const EMBEDDING: readonly (readonly [block: string, offset: number])[] = [
  ["64:ff9b::/96", 12],
  ["2002::/16", 2],
];

let made: ReturnType<typeof makeBlocks> | undefined;

/** All of them as sets, made when first asked for: most processes never ask. */
function blocks(): ReturnType<typeof makeBlocks> {
  return made ??= makeBlocks();
}

function makeBlocks() {
  return {
    known: [...IPV4, ...IPV6]
      .map(([block, what]) => ({ set: new CidrSet([block]), what })),
    embedding: EMBEDDING
      .map(([block, offset]) => ({ set: new CidrSet([block]), offset })),
    globalIpv6: new CidrSet(["2000::/3"]),
  };
}

/** The IPv4 blocks, as `10.0.0.0/8`. */
export const NOT_PUBLIC_IPV4: readonly string[] = IPV4.map(([block]) => block);

/**
 * What keeps an address from being public: `a private address`. IPv6 addresses
 * that stand for an IPv4 address are judged by that.
 *
 * @param address As `Deno.Conn` has it, without brackets.
 * @returns `null`: it is public.
 */
export function whyNotPublic(address: string): string | null {
  const bytes = ipBytes(address);
  if (bytes === null) return "no IP address";
  const { known, embedding, globalIpv6 } = blocks();
  const block = known.find(({ set }) => set.has(bytes));
  if (block !== undefined) return block.what;
  if (bytes.length === 4) return null;
  const outer = embedding.find(({ set }) => set.has(bytes));
  if (outer !== undefined) {
    return whyNotPublic(ipText(bytes.slice(outer.offset, outer.offset + 4)));
  }
  return globalIpv6.has(bytes) ? null : "a reserved address";
}
