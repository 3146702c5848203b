/**
 * What DNS answers say of a name.
 *
 * @module
 */
import { ipBytes, ipText } from "../../address/ip_address.ts";
import type { Within } from "../../config/within.ts";
import type { Ask } from "./dns_client.ts";
import type { DnsAnswer, DnsRecord } from "./dns_message.ts";

/** Longest chain of CNAME records that is followed. */
const MAX_ALIASES = 8;

/** Addresses of a name. */
export interface Addresses {
  readonly addresses: readonly string[];
  readonly ttlSeconds: number;
}

/** What looking for addresses depends on. */
export interface AddressLookup {
  readonly within: Within;
  readonly ask: Ask;
  readonly signal: AbortSignal;
}

/** The addresses of a name that could be inside, in canonical spelling. */
export async function addressesOf(
  name: string,
  answer: DnsAnswer,
  { within, ask, signal }: AddressLookup,
): Promise<Addresses> {
  const literal = ipBytes(name);
  if (literal !== null) {
    return { addresses: [ipText(literal)], ttlSeconds: Infinity };
  }
  const addresses = new Set<string>();
  let ttlSeconds = Infinity;
  for (const [family, type] of [[4, "A"], [6, "AAAA"]] as const) {
    if (!within.mayHold(family)) continue;
    const given = recordsOf(answer.additional, name, type);
    const found = given.records.length > 0
      ? given
      : recordsOf((await ask({ name, type }, signal)).answers, name, type);
    ttlSeconds = Math.min(ttlSeconds, found.ttlSeconds);
    for (const record of found.records) {
      const bytes = "address" in record ? ipBytes(record.address) : null;
      if (bytes !== null) addresses.add(ipText(bytes));
    }
  }
  return { addresses: [...addresses], ttlSeconds };
}

/** The records of a name, behind its aliases; those of others are not looked at. */
export function recordsOf(
  records: readonly DnsRecord[],
  name: string,
  type: DnsRecord["type"],
): { readonly records: DnsRecord[]; readonly ttlSeconds: number } {
  let owner = name;
  let ttlSeconds = Infinity;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    const own = records.filter((record) => record.name === owner);
    const found = own.filter((record) => record.type === type);
    const alias = own.find((record) => record.type === "CNAME");
    const used = found.length > 0 ? found : alias === undefined ? [] : [alias];
    ttlSeconds = Math.min(ttlSeconds, ...used.map((one) => one.ttlSeconds));
    if (found.length > 0) return { records: found, ttlSeconds };
    if (alias === undefined) break;
    owner = alias.target;
  }
  return { records: [], ttlSeconds: Infinity };
}
