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
import { formatHostPort } from "../../config/address.ts";
import type { Within } from "../../config/within.ts";
import { PassthruError } from "../../errors.ts";
import type { Ask } from "./dns_client.ts";
import type { DnsAnswer, DnsRecord } from "./dns_message.ts";
import { type Addresses, addressesOf, recordsOf } from "./dns_records.ts";
import { mapInParallel } from "./map_in_parallel.ts";
import { scaledWeights } from "./srv_weights.ts";

/** So many records are looked at; of more, those of the worst priority are not. */
const MAX_RECORDS = 256;

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
