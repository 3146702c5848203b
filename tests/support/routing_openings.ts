/** Openings that configs of other programs tell apart, and others. */
import {
  CORPUS,
  isCorpusPresent,
  readCorpus,
  segmentsOf,
} from "../accuracy/corpus.ts";
import { clientHello, records } from "./client_hello.ts";
import type { Opening } from "./named_targets.ts";
import { OPENINGS } from "./openings.ts";
import { bytesOf } from "./tcp.ts";

const HOSTS = [
  "www.example.com",
  "example.com",
  "EXAMPLE.com",
  "app1.example.com",
  "app1.internal.example.com",
  "deep.below.example.org",
  "example.org",
  "notexample.org",
  "pinned.example.org",
  "app7.example.net",
  "appX.example.net",
  "blocked.example.com",
  "www.google.com",
  "elsewhere.test",
];
const ALPNS = [[], ["h2"], ["http/1.1"], ["h2", "http/1.1"], ["acme-tls/1"]];

/** Openings that were made for this. */
export function madeOpenings(): Opening[] {
  const hellos = [null, ...HOSTS].flatMap((sni) =>
    ALPNS.map((alpn) => ({
      name: `TLS ${sni ?? "without a name"} ${alpn.join(",")}`,
      pieces: [hello(sni, alpn)],
    }))
  );
  const whole = hello("www.example.com", ["h2"]);
  return [
    ...hellos,
    { name: "TLS in pieces", pieces: inPieces(whole, 50) },
    { name: "TLS that stops", pieces: [whole.subarray(0, 40)] },
    ...["www.example.com", "www.example.com:8080", "other.test"].map((
      host,
    ) => ({
      name: `HTTP ${host}`,
      pieces: [bytesOf(`GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`)],
    })),
    text("HTTP POST", "POST / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"),
    {
      name: "HTTP in pieces",
      pieces: inPieces(
        bytesOf("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"),
        7,
      ),
    },
    text("SSH", "SSH-2.0-OpenSSH_9.2p1\r\n"),
    { name: "SSH in pieces", pieces: inPieces(bytesOf("SSH-2.0-x\r\n"), 1) },
    text("SMTP", "EHLO client.example\r\n"),
    text("garbage", "\x01\x02\x03 no protocol at all"),
    text("one byte", "x"),
    { name: "silent", pieces: [] },
    ...["eltons", "somebody"].map((user) => ({
      name: `RDP ${user}`,
      pieces: [rdp(user)],
    })),
    ...Object.entries(OPENINGS).map(([name, bytes]) => ({
      name: `opening of ${name}`,
      pieces: [bytes],
    })),
  ];
}

/** Openings of the corpus, where it is there: each so many-th. */
export async function corpusOpenings(every: number): Promise<Opening[]> {
  if (!await isCorpusPresent()) return [];
  const flows = await readCorpus(CORPUS);
  return flows.filter((_, index) => index % every === 0).map((flow) => ({
    name: `${flow.id} ${flow.expect.protocol ?? "?"}`,
    pieces: segmentsOf(flow),
  }));
}

function hello(sni: string | null, alpn: readonly string[]): Uint8Array {
  return records(clientHello({ sni, alpn: alpn.length === 0 ? null : alpn }));
}

function text(name: string, content: string): Opening {
  return { name, pieces: [bytesOf(content)] };
}

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    pieces.push(bytes.subarray(at, at + size));
  }
  return pieces;
}

/** A connection request with a cookie ([MS-RDPBCGR] 2.2.1.1). */
function rdp(user: string): Uint8Array {
  const variable = bytesOf(`Cookie: mstshash=${user}\r\n`);
  const negotiation = [1, 0, 8, 0, 3, 0, 0, 0];
  const length = 11 + variable.length + negotiation.length;
  return new Uint8Array([
    ...[3, 0, 0, length, length - 5, 0xe0, 0, 0, 0, 0, 0],
    ...variable,
    ...negotiation,
  ]);
}
