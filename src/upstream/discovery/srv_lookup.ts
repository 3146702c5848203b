/**
 * From a service's name to its targets, by SRV records (RFC 2782), as far as
 * they are inside what the config allows.
 *
 * Each record says a port and the name of a machine. Where `within` holds IP
 * addresses, that name's addresses are taken from the same server, the additional
 * section first, and those inside are the targets: what was checked is what is
 * dialled. Without such an address, and when the server does not know any, the
 * name itself is the target if it is inside; the system resolves it at each dial.
 * Everything else is refused.
 *
 * @module
 */
import { ipBytes, ipText } from "../../address/ip_address.ts";
import { formatHostPort } from "../../config/address.ts";
import type { Within } from "../../config/within.ts";
import { PassthruError } from "../../errors.ts";
import type { Ask } from "./dns_client.ts";
import type { DnsAnswer, DnsRecord } from "./dns_message.ts";
import { scaledWeights } from "./srv_weights.ts";

/** Longest chain of CNAME records that is followed. */
const MAX_ALIASES = 8;
/** So many records are looked at; of more, those of the worst priority are not. */
const MAX_RECORDS = 256;
/** So many questions are under way at a time. */
const PARALLEL = 8;

/** A target that DNS told. */
export interface FoundTarget {
  /** Host name, or IP address without brackets: what is dialled. */
  readonly hostname: string;
  readonly port: number;
  /** Its share of the connections, from 1 to 256. */
  readonly weight: number;
  /** Those with the lowest are used while one is up (RFC 2782). */
  readonly priority: number;
}

/** What was in an answer and is not dialled. */
export interface RefusedTarget {
  /** Host and port. */
  readonly target: string;
  readonly why: string;
}

/** What DNS said of a service. */
export interface SrvAnswer {
  /** By priority, then weight, then name; each host and port once. */
  readonly targets: readonly FoundTarget[];
  readonly refused: readonly RefusedTarget[];
  /** How long it holds, in seconds; `null`: it is empty and does not say. */
  readonly ttlSeconds: number | null;
}

/** What a look-up depends on. */
export interface SrvLookup {
  /** The service, in lower case, without a dot at its end. */
  readonly name: string;
  readonly within: Within;
  readonly ask: Ask;
  /** Why an address must not be dialled, whatever `within` says; `null`: it may. */
  readonly forbidden: (hostname: string, port: number) => string | null;
}

type SrvRecord = Extract<DnsRecord, { type: "SRV" }>;

/** What has become of one record. */
interface Located {
  readonly targets: readonly FoundTarget[];
  readonly refused: readonly RefusedTarget[];
  readonly ttlSeconds: number;
}

/** Addresses of a name. */
interface Addresses {
  readonly addresses: readonly string[];
  readonly ttlSeconds: number;
}

/**
 * Looks a service up.
 *
 * @throws What `ask` throws, but for a server that does not know the address of
 * a target: that target has none, then.
 */
export async function lookupSrv(
  lookup: SrvLookup,
  signal: AbortSignal,
): Promise<SrvAnswer> {
  const { name, ask } = lookup;
  const answer = await ask({ name, type: "SRV" }, signal);
  const { records, ttlSeconds } = recordsOf(answer.answers, name, "SRV");
  const services = records
    // A lone "." says that there is no such service.
    .filter((record): record is SrvRecord =>
      record.type === "SRV" && record.target !== ""
    )
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
    .slice(0, MAX_RECORDS);
  const located = await mapInParallel(
    scaledWeights(services),
    (record) => locate(record, answer, { ...lookup, signal }),
  );
  const ttls = [ttlSeconds, ...located.map((one) => one.ttlSeconds)];
  return {
    targets: ordered(located.flatMap(({ targets }) => targets)),
    refused: located.flatMap(({ refused }) => refused),
    ttlSeconds: services.length === 0
      ? answer.negativeTtlSeconds
      : Math.min(...ttls),
  };
}

/** Finds the targets that a record stands for. */
async function locate(
  record: SrvRecord,
  answer: DnsAnswer,
  lookup: SrvLookup & { readonly signal: AbortSignal },
): Promise<Located> {
  const { target, port, ttlSeconds } = record;
  if (port === 0) {
    return refusal(record, [target], "the port 0 cannot be dialled");
  }
  let known: Addresses = { addresses: [], ttlSeconds: Infinity };
  let why = "outside within";
  try {
    known = await addressesOf(target, answer, lookup);
  } catch (error) {
    if (!(error instanceof PassthruError && error.code === "dns_rcode")) {
      throw error;
    }
    why = `outside within by its name, and no address: ${error.message}`;
  }
  const { addresses } = known;
  const hosts = hostsInside(record, addresses, lookup.within);
  if (hosts.length === 0) {
    return refusal(record, addresses.length === 0 ? [target] : addresses, why);
  }
  const ttl = Math.min(ttlSeconds, known.ttlSeconds);
  return { ...accepted(record, hosts, lookup), ttlSeconds: ttl };
}

/** What is dialled for a record: addresses inside, else its name. */
function hostsInside(
  { target, port }: SrvRecord,
  addresses: readonly string[],
  within: Within,
): readonly string[] {
  const inside = addresses.filter((one) => within.hasAddress(one, port));
  if (inside.length > 0) return inside;
  return within.hasName(target, port) ? [target] : [];
}

function accepted(
  { port, weight, priority }: SrvRecord,
  hosts: readonly string[],
  { forbidden }: SrvLookup,
): Omit<Located, "ttlSeconds"> {
  const targets: FoundTarget[] = [];
  const refused: RefusedTarget[] = [];
  for (const hostname of hosts) {
    const why = forbidden(hostname, port);
    if (why === null) targets.push({ hostname, port, weight, priority });
    else refused.push({ target: formatHostPort(hostname, port), why });
  }
  return { targets, refused };
}

function refusal(
  { port, ttlSeconds }: SrvRecord,
  hosts: readonly string[],
  why: string,
): Located {
  const refused = hosts.map((host) => ({
    target: formatHostPort(host, port),
    why,
  }));
  return { targets: [], refused, ttlSeconds };
}

/** The addresses of a name that could be inside, in canonical spelling. */
async function addressesOf(
  name: string,
  answer: DnsAnswer,
  { within, ask, signal }: SrvLookup & { readonly signal: AbortSignal },
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
function recordsOf(
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

function ordered(targets: readonly FoundTarget[]): FoundTarget[] {
  const byKey = new Map<string, FoundTarget>();
  const sorted = [...targets].sort((a, b) =>
    a.priority - b.priority || b.weight - a.weight ||
    (a.hostname < b.hostname ? -1 : 1) || a.port - b.port
  );
  for (const target of sorted) {
    const key = formatHostPort(target.hostname, target.port);
    if (!byKey.has(key)) byKey.set(key, target);
  }
  return [...byKey.values()];
}

/**
 * Maps a list, a few entries at a time; the order is kept.
 *
 * @throws What `map` throws first, once nothing is under way any more.
 */
async function mapInParallel<T, U>(
  items: readonly T[],
  map: (item: T) => Promise<U>,
): Promise<U[]> {
  const results: U[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const take = async () => {
    while (next < items.length && failures.length === 0) {
      const at = next++;
      try {
        results[at] = await map(items[at]!);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, take));
  if (failures.length > 0) throw failures[0];
  return results;
}
