/** The peers and their score, on a few flows made up for it. */
import { assertEquals } from "@std/assert";
import { programTest } from "../../support/programs.ts";
import { helloRecord as helloOf } from "../../support/client_hello.ts";
import type { Case, Expectation } from "../corpus.ts";
import { helloRecord, inTwoRecords, inTwoSegments } from "./cuts.ts";
import { HAPROXY } from "./haproxy.ts";
import { askNdpi } from "./ndpi.ts";
import { NGINX } from "./nginx.ts";
import { PASSTHRU } from "./passthru.ts";
import type { Multiplexer } from "./peer.ts";
import { picture } from "./picture.ts";
import { questionsOf } from "./questions.ts";
import { keptResults, PICTURE } from "./results.ts";
import { askMultiplexer } from "./run.ts";
import { scorePeer } from "./score.ts";
import { SNIPROXY } from "./sniproxy.ts";
import { SSLH } from "./sslh.ts";

const HELLO = helloOf({ sni: "a.example" });
const GET = bytes("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n");

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A flow of one segment. */
function flow(segment: Uint8Array, expect: Expectation): Case {
  return {
    id: `${expect.protocol}`,
    transport: "tcp",
    segments: [segment.toBase64()],
    server_first: false,
    server_after: 1,
    tags: [],
    expect,
  };
}

const TLS = flow(HELLO, { protocol: "TLS", sni: "a.example" });
const HTTP = flow(GET, {
  protocol: "HTTP1",
  http_method: "GET",
  http_uri: "/",
  http_host: "b.example",
});
const SSH = flow(bytes("SSH-2.0-x\r\n"), { protocol: "SSH" });

/** What a peer makes of flows, in a few words each. */
async function answers(peer: Multiplexer, flows: readonly Case[]) {
  const asked = await askMultiplexer(peer, flows.flatMap(questionsOf), 2);
  return asked.map(({ way, answer: { protocol, host } }) =>
    [way, protocol, host].filter((word) => word !== null).join(" ")
  );
}

const TLS_NAMED = ["captured", "hello", "hello in two segments"]
  .map((way) => `${way} TLS a.example`);
const HTTP_NAMED = ["captured", "head", "head in two segments"]
  .map((way) => `${way} HTTP`);
const HTTP_HOST = HTTP_NAMED.map((text) => `${text} b.example`);
const RECORDS = "hello in two records";

programTest([], "passthru as one of the peers", async () => {
  assertEquals(await answers(PASSTHRU, [TLS, HTTP, SSH]), [
    ...TLS_NAMED,
    `${RECORDS} TLS a.example`,
    ...HTTP_HOST,
    "captured SSH",
  ]);
});

programTest(["sslh-select"], "sslh reads one record of TLS", async () => {
  assertEquals(await answers(SSLH, [TLS, HTTP, SSH]), [
    ...TLS_NAMED,
    RECORDS,
    ...HTTP_NAMED,
    "captured SSH",
  ]);
});

programTest(["haproxy"], "HAProxy tells TLS and HTTP", async () => {
  const found = await answers(HAPROXY, [TLS, HTTP, SSH]);
  assertEquals(found.toSpliced(3, 1), [
    ...TLS_NAMED,
    ...HTTP_NAMED,
    "captured",
  ]);
});

programTest(["nginx"], "nginx tells TLS", async () => {
  assertEquals(await answers(NGINX, [TLS, SSH]), [
    ...TLS_NAMED,
    `${RECORDS} TLS a.example`,
    "captured",
  ]);
});

programTest(["sniproxy"], "sniproxy tells names", async () => {
  const [tls, http] = SNIPROXY;
  const found = await answers(tls!, [TLS]);
  assertEquals(found.slice(0, 3), TLS_NAMED);
  const [captured] = await answers(http!, [HTTP]);
  assertEquals(captured, HTTP_HOST[0]);
});

programTest(["ndpiReader"], "nDPI names flows of a capture file", async () => {
  const found = await askNdpi([[HELLO], [GET], inTwoSegments(GET)], () => 9876);
  assertEquals(found.map(({ protocol }) => protocol), ["TLS", "HTTP", "HTTP"]);
  assertEquals(found[0]!.host, "a.example");
});

Deno.test("only what a peer claims is counted, and wrong names of all", () => {
  const asked = [TLS, HTTP, SSH].map((flow) => ({
    ...questionsOf(flow)[0]!,
    answer: { protocol: "HTTP", host: null },
  }));
  const score = scorePeer({ name: "x", version: "1" }, {
    protocols: ["HTTP", "SSH"],
    host: true,
  }, asked);
  assertEquals(score.recall, {
    HTTP: { part: 1, whole: 1 },
    SSH: { part: 0, whole: 1 },
  });
  assertEquals([score.labelled, score.wrong], [3, 2]);
  assertEquals(score.confusions, { "TLS as HTTP": 1, "SSH as HTTP": 1 });
  assertEquals([score.sni, score.host], [undefined, { part: 0, whole: 1 }]);
});

Deno.test("a hello in two records holds the same message", () => {
  const record = helloRecord(HELLO)!;
  const [both] = inTwoRecords(record);
  const first = 5 + ((both![3]! << 8) | both![4]!);
  const message = [...both!.subarray(5, first), ...both!.subarray(first + 5)];
  assertEquals(message, [...record.subarray(5)]);
  assertEquals(helloRecord(HELLO.subarray(0, -1)), null);
});

Deno.test("the picture of the peers shows the results that are kept (deno task accuracy --peers)", async () => {
  assertEquals(await Deno.readTextFile(PICTURE), picture(keptResults()));
});
