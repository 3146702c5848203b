/**
 * The detectors against real connections that other people's dissectors have
 * labelled. The figures are printed, so that a release can quote them.
 */
import assert from "node:assert/strict";
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Facts } from "../../src/detect/detector.ts";
import { normalizeHost } from "../../src/detect/host.ts";
import { type Identification, Identifier } from "../../src/detect/identify.ts";
import { checkDescribed } from "../../src/testing/detector_facts_checks.ts";
import { EXPLAINED_MISSES } from "./corpus_misses.ts";

const CORPUS = new URL(
  "../../../shared/corpus/cases.jsonl.gz",
  import.meta.url,
);
const MAX_VIEW_BYTES = 65536;
/** How much of a connection comes byte by byte. */
const DRIPPED_BYTES = 2048;
const MAX_WRONG = 0.001;
const MIN_EXACT = 0.999;

/** A connection of the corpus, as far as it is used here. */
interface Case {
  readonly id: string;
  readonly transport: string;
  readonly segments: readonly string[];
  readonly server_first: boolean;
  readonly ambiguous?: boolean;
  readonly tags: readonly string[];
  readonly expect: {
    readonly protocol: string | null;
    readonly sni?: string | null;
    readonly sni_from?: string;
    readonly alpn?: readonly string[];
    readonly alpn_from?: string;
    readonly http_host?: string | null;
    readonly http_method?: string | null;
    readonly http_uri?: string | null;
    readonly ssh_banner?: string | null;
  };
}

/** The corpus' names for the protocols of the detectors. */
const LABELS: Readonly<Record<string, string>> = {
  TLS: "TLS",
  HTTP1: "HTTP",
  HTTP2: "HTTP2",
  SSH: "SSH",
  SOCKS4: "SOCKS",
  SOCKS5: "SOCKS",
  RDP: "RDP",
  POSTGRES: "POSTGRES",
  MQTT: "MQTT",
  REDIS: "REDIS",
  XMPP: "XMPP",
  OPENVPN: "OPENVPN",
  DNS: "DNS",
  RSYNC: "RSYNC",
  STUN: "STUN",
  IRC: "IRC",
  MEMCACHED: "MEMCACHED",
  TELNET: "TELNET",
  MINECRAFT: "MINECRAFT",
  RTMP: "RTMP",
  RTSP: "RTSP",
  SIP: "SIP",
  MONGODB: "MONGODB",
  MSSQL: "MSSQL",
  LDAP: "LDAP",
  SMB: "SMB",
  NBSS: "SMB",
  AMQP: "AMQP",
  GIT: "GIT",
  TINC: "TINC",
  CASSANDRA: "CASSANDRA",
  ORACLE: "ORACLE",
  IEC104: "IEC104",
  SYSLOG: "SYSLOG",
  ZABBIX: "ZABBIX",
  BITTORRENT: "BITTORRENT",
  BGP: "BGP",
  MODBUS: "MODBUS",
};

/** Tags of flows whose opening is not there, or is noise made by a fuzzer. */
const NO_OPENING = [
  "truncated",
  "gap",
  "fuzz_pcap",
  "hello_not_decoded",
  "tls_not_hello",
  "incomplete",
];

const present = await Deno.stat(CORPUS).then(() => true, () => false);
if (!present && Deno.env.get("CI") === "true") {
  throw new Error(`The corpus is not there: "${CORPUS}"`);
}
const cases = present ? await readCases() : [];

test("every protocol is found in its flows, but for those that are explained", () => {
  const missed: string[] = [];
  let all = 0;
  for (const [label, name] of Object.entries(LABELS)) {
    const flows = cases.filter((flow) => isFair(flow, label));
    const misses = flows.filter((flow) => nameOf(identify(flow)) !== name);
    report(`${name}: found ${flows.length - misses.length}/${flows.length}`);
    all += flows.length;
    missed.push(...misses.map(({ id }) => id));
  }
  report(`all: found ${all - missed.length}/${all}`);
  const explained = Object.keys(EXPLAINED_MISSES);
  assert.deepEqual(missed.sort(), explained.sort());
});

test("no protocol is found in a flow of another", () => {
  const flows = cases.filter((flow) => flow.ambiguous !== true);
  const found = flows.filter((flow) => identify(flow).kind === "identified");
  const wrong = found.filter(({ expect }) => expect.protocol !== null)
    .filter((flow) => nameOf(identify(flow)) !== labelOf(flow));
  // Nobody named them, but they are what was found: HTTP heads, out of order
  // behind them, which tshark could not put together.
  const unnamed = found.filter(({ expect }) => expect.protocol === null);
  report(`wrong ${wrong.length}, unnamed ${unnamed.length}/${flows.length}`);
  assert.ok(wrong.length / flows.length <= MAX_WRONG, ids(wrong));
  assert.ok(unnamed.length / flows.length <= 2 * MAX_WRONG, ids(unnamed));
});

test("the facts are those that the dissectors saw", () => {
  const counts = { exact: 0, all: 0 };
  const different: string[] = [];
  for (const flow of cases.filter((flow) => flow.ambiguous !== true)) {
    const found = identify(flow);
    if (found.kind !== "identified" || nameOf(found) !== labelOf(flow)) {
      continue;
    }
    for (const [fact, isExact] of compare(flow, found.facts)) {
      counts.all++;
      if (isExact) counts.exact++;
      else different.push(`${flow.id} (${fact})`);
    }
  }
  report(`facts: exact ${counts.exact}/${counts.all}`);
  assert.ok(counts.exact / counts.all >= MIN_EXACT, different.join("\n"));
});

test("the docs of the detectors describe the facts that are found", () => {
  for (const found of cases.map((flow) => identify(flow))) {
    if (found.kind !== "identified") continue;
    checkDescribed(BUILTINS[found.index]!, found.facts);
  }
});

test("the outcome does not depend on how the bytes were cut", () => {
  for (const flow of cases) {
    const whole = identify(flow);
    assert.deepEqual(identify(flow, segmentsOf(flow)), whole, flow.id);
    const bytes = bytesOf(flow);
    const dripped = Math.min(bytes.length, DRIPPED_BYTES);
    const pieces = Array.from(
      { length: dripped },
      (_, i) => bytes.subarray(i, i + 1),
    );
    pieces.push(bytes.subarray(dripped));
    assert.deepEqual(identify(flow, pieces), whole, flow.id);
  }
});

function test(name: string, check: () => void): void {
  Deno.test({
    name: present ? `Corpus: ${name}` : `Corpus is absent: ${name}`,
    ignore: !present,
    fn: check,
  });
}

/**
 * Whether a flow of a protocol must be found: one that the corpus calls neither
 * ambiguous nor cut.
 */
function isFair({ expect, ...flow }: Case, label: string): boolean {
  return expect.protocol === label && flow.ambiguous !== true &&
    !flow.server_first &&
    !flow.tags.some((tag) => NO_OPENING.includes(tag));
}

/** Each fact of a flow, and whether it is what the dissector saw. */
function* compare(
  { expect, tags }: Case,
  facts: Facts,
): Generator<[fact: string, isExact: boolean]> {
  if (expect.protocol === "TLS") {
    // `unknown`: no dissector could read the hello.
    if (expect.sni_from !== "unknown") {
      yield ["sni", facts.sni === hostOf(expect.sni)];
    }
    if (expect.alpn_from !== "unknown") {
      const alpn = (expect.alpn ?? []).filter((id) => !isGrease(id));
      yield ["alpn", String(facts.alpn ?? []) === String(alpn)];
    }
  }
  if (expect.protocol === "HTTP1") {
    yield ["method", facts.method === expect.http_method];
    const [path] = (expect.http_uri ?? "").split("?");
    if (path!.startsWith("/")) yield ["path", facts.path === path];
    // tshark shows the Host line. The target of CONNECT wins over it, and is
    // another host in these, or the only one.
    if (!tags.includes("connect")) {
      yield ["host", facts.host === hostOf(expect.http_host)];
    }
  }
  if (expect.protocol === "SSH") {
    const [banner] = (expect.ssh_banner ?? "").split(" ");
    yield ["software", `SSH-${facts.version}-${facts.software}` === banner];
  }
}

function hostOf(text: string | null | undefined): string | undefined {
  return text ? normalizeHost(text) : undefined;
}

function isGrease(id: string): boolean {
  return /^(.a)\1$/.test(
    Array.from(id, (c) => c.charCodeAt(0).toString(16).padStart(2, "0"))
      .join(""),
  );
}

function labelOf({ expect }: Case): string | undefined {
  return LABELS[expect.protocol ?? ""];
}

function nameOf(found: Identification): string | null {
  return found.kind === "identified" ? BUILTINS[found.index]!.name : null;
}

/** Identifies a flow that comes in such pieces, or in one, and then ends. */
function identify(
  flow: Case,
  pieces: readonly Uint8Array[] = [bytesOf(flow)],
): Identification {
  const bytes = bytesOf(flow);
  const identifier = new Identifier(BUILTINS.map((detector) => ({
    detector,
    needs: new Set(Object.values(detector.rules).map(({ fact }) => fact)),
  })));
  let length = 0;
  for (const piece of pieces) {
    length = Math.min(length + piece.length, bytes.length);
    const found = identifier.look(bytes.subarray(0, length), false);
    if (found.kind !== "undecided") return found;
  }
  return identifier.look(bytes, true);
}

function segmentsOf(flow: Case): Uint8Array[] {
  return flow.segments.map((segment) =>
    Uint8Array.from(atob(segment), (c) => c.charCodeAt(0))
  );
}

function bytesOf(flow: Case): Uint8Array {
  const bytes = Uint8Array.from(segmentsOf(flow).flatMap((s) => Array.from(s)));
  return bytes.subarray(0, MAX_VIEW_BYTES);
}

async function readCases(): Promise<Case[]> {
  const file = await Deno.open(CORPUS);
  const text = await new Response(
    file.readable.pipeThrough(new DecompressionStream("gzip")),
  ).text();
  return text.trim().split("\n").map((line) => JSON.parse(line) as Case)
    .filter(({ transport }) => transport === "tcp");
}

function ids(flows: readonly Case[]): string {
  return flows.map(({ id }) => id).join("\n");
}

function report(line: string): void {
  // deno-lint-ignore no-console
  console.info(`  ${line}`);
}
