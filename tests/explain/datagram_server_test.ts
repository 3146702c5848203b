/** Servers for datagrams in expectations, and in explanations of flows. */
import { assert, assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { listenerContext } from "../../src/explain/context.ts";
import { failedExpectations } from "../../src/explain/expectations.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { sampleFlow } from "../../src/explain/sample.ts";
import { ALL_DETECTORS } from "../support/all_detectors.ts";

const SERVER = {
  QUIC: {
    "SNI a.example ALPN h3": "192.0.2.1:443",
    CATCHALL: { action: "REJECT" },
  },
  DNS: "192.0.2.3:53",
};
const QUERY = "1234010000010000000000000161076578616d706c650000010001";

function load(expect: readonly object[]) {
  const config = {
    version: "v1.0.0",
    servers: { ":443/udp": SERVER },
    expect,
  };
  return loadConfig(
    "c",
    new TextEncoder().encode(JSON.stringify(config)),
    ALL_DETECTORS,
  );
}

const ALPN = Array.from({ length: 60 }, (_, i) => `protocol-of-many-${i}`);

Deno.test("expect: samples reach the rules of a server for datagrams", () => {
  const held = [
    { hello: { sni: "a.example", alpn: ["h3"] }, target: "192.0.2.1:443" },
    {
      hello: { sni: "a.example", alpn: [...ALPN, "h3"] },
      rule: "QUIC/SNI a.example ALPN h3",
    },
    { hello: { sni: "b.example" }, reject: true },
    { hex: QUERY, protocol: "DNS" },
  ];
  assertEquals(failedExpectations(load(held)), []);
  const [failed] = failedExpectations(
    load([{ hello: { sni: "a.example" }, target: "192.0.2.1:443" }]),
  );
  assert(failed?.message.includes("ALPN: wanted h3, found nothing"));
});

Deno.test("expect: HTTP, SSH and silence are not for a server for datagrams", () => {
  for (
    const sample of [
      { http: { host: "x" }, protocol: "QUIC" },
      { ssh: {}, protocol: "QUIC" },
    ]
  ) {
    const { plan, diagnostics } = load([sample]);
    assertEquals([plan, diagnostics.length], [null, 1]);
  }
});

Deno.test("explain: a flow has the route of a server for datagrams, a TCP connection has none", () => {
  const { plan, registry } = load([]);
  const context = listenerContext(plan!.listeners[0]!, registry);
  const sample = {
    kind: "hello",
    hello: { sni: "a.example", alpn: ["h3"] },
  } as const;
  const { decision, verdicts } = explainFlow(
    sampleFlow(sample, "udp"),
    context,
  );
  assertEquals(decision?.choice?.rule, "QUIC/SNI a.example ALPN h3");
  assertEquals(verdicts.map(({ detector }) => detector), ["QUIC", "DNS"]);
  const tcp = explainFlow(sampleFlow(sample), context);
  assertEquals([tcp.decision, tcp.notes], [
    null,
    ["the server is for UDP, and this is a TCP connection"],
  ]);
});
