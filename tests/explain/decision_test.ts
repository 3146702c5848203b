import { assertEquals, assertMatch } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import type { Facts } from "../../src/detect/detector.ts";
import { testRules } from "../../src/explain/rule_tests.ts";
import { Connection } from "../../src/rule/connection.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { toRecord } from "../../src/explain/record.ts";
import { contextOf, hello, recordOf } from "../support/explain.ts";
import { flowOf } from "../support/flows.ts";
import { bytesOf } from "../support/tcp.ts";

const SSH = bytesOf("SSH-2.0-OpenSSH_9.6\r\n");
const NOBODY = new Connection(null, null);
const REJECT = { action: "REJECT" };

function forward(to: string) {
  return { action: "FORWARD", to_addr: to };
}

Deno.test("decision: the rule, the target, and why the other rules lost", () => {
  const server = {
    TLS: {
      "SNI *.example.com": forward("127.0.0.1:1"),
      "SNI a.example.com ALPN h2": forward("127.0.0.1:2"),
      "SNI b.example.com": forward("127.0.0.1:3"),
      "ALPN acme-tls/1": REJECT,
      CATCHALL: REJECT,
    },
    CATCHALL: { CATCHALL: REJECT },
  };
  const { rule, target, lost } = recordOf(
    server,
    hello("a.example.com", ["http/1.1"]),
  );
  assertEquals([rule, target], ["TLS/SNI *.example.com", "127.0.0.1:1"]);
  assertEquals(lost, [
    {
      rule: "TLS/SNI a.example.com ALPN h2",
      word: "ALPN",
      wanted: "h2",
      found: ["http/1.1"],
    },
    {
      rule: "TLS/SNI b.example.com",
      word: "SNI",
      wanted: "b.example.com",
      found: "a.example.com",
    },
    {
      rule: "TLS/ALPN acme-tls/1",
      word: "ALPN",
      wanted: "acme-tls/1",
      found: ["http/1.1"],
    },
    { rule: "TLS/CATCHALL" },
    { rule: "CATCHALL/CATCHALL" },
  ]);
  const none = recordOf(server, hello(null));
  assertEquals([none.rule, none.target], ["TLS/CATCHALL", null]);
  assertEquals(none.lost[0]!.found, null);
});

Deno.test("decision: a rule with a list of hosts is shown once, with the whole list", () => {
  const list = "SNI a.example,*.b.example";
  const server = {
    TLS: { [list]: "127.0.0.1:1", [`${list} ALPN h2`]: "127.0.0.1:2" },
  };
  const inList = recordOf(server, hello("x.b.example"));
  assertEquals([inList.rule, inList.lost], [`TLS/${list}`, [{
    rule: `TLS/${list} ALPN h2`,
    word: "ALPN",
    wanted: "h2",
    found: null,
  }]]);
  const { rule, lost } = recordOf(server, hello("b.example"));
  const condition = {
    word: "SNI",
    wanted: "a.example,*.b.example",
    found: "b.example",
  };
  assertEquals([rule, lost], [null, [
    { rule: `TLS/${list} ALPN h2`, ...condition },
    { rule: `TLS/${list}`, ...condition },
  ]]);
});

Deno.test("decision: which catch-all takes what no rule takes, or nobody", () => {
  const sni = { "SNI a.example.com": REJECT };
  const catchall = { CATCHALL: forward("127.0.0.1:9") };
  const cases: [unknown, Uint8Array, [string | null, string | null, RegExp]][] =
    [
      [{ TLS: sni, CATCHALL: catchall }, hello("b.example.com"), [
        "TLS",
        "CATCHALL/CATCHALL",
        /^no rule of TLS matches, and it has no CATCHALL$/,
      ]],
      [{ TLS: { ...sni, ...catchall } }, hello("b.example.com"), [
        "TLS",
        "TLS/CATCHALL",
        /^no other rule of TLS matches$/,
      ]],
      [{ TLS: sni }, hello("b.example.com"), ["TLS", null, /closed$/]],
      [{ TLS: sni, CATCHALL: catchall }, SSH, [
        null,
        "CATCHALL/CATCHALL",
        /^no detector matches$/,
      ]],
      [{ TLS: sni }, SSH, [null, null, /closed$/]],
    ];
  for (const [server, bytes, [protocol, rule, why]] of cases) {
    const { decision, ...found } = explainFlow(
      flowOf(bytes),
      contextOf(server),
    );
    assertEquals(found.protocol, protocol);
    assertEquals(decision!.choice?.rule ?? null, rule);
    assertMatch(decision!.why, why);
  }
});

Deno.test("decision: a client that sends nothing is silent, unless it ended", () => {
  const catchall = { CATCHALL: forward("127.0.0.1:9") };
  const both = contextOf({ SILENT: catchall, CATCHALL: catchall });
  const one = contextOf({ CATCHALL: catchall });
  const none = contextOf({ TLS: catchall });
  const of = (context: typeof both, end: "open" | "eof" | "reset") => {
    const { protocol, rule, notes } = toRecord(
      explainFlow({ ...flowOf(new Uint8Array()), end }, context),
    );
    assertEquals(notes, ["the client sent nothing"]);
    return [protocol, rule];
  };
  assertEquals(of(both, "open"), ["SILENT", "SILENT/CATCHALL"]);
  assertEquals(of(both, "eof"), [null, null]);
  assertEquals(of(both, "reset"), [null, null]);
  assertEquals(of(one, "open"), [null, "CATCHALL/CATCHALL"]);
  assertEquals(of(none, "open"), [null, null]);
});

Deno.test("decision: where bytes decide nothing the client is joined without one, else after silent_after", () => {
  const catchall = { CATCHALL: forward("127.0.0.1:9") };
  const of = (server: object, bytes = "", version = "v1.0.0") => {
    const context = contextOf(server, undefined, version);
    const flow = flowOf(bytesOf(bytes));
    const { decision } = explainFlow({ ...flow, end: "open" }, context);
    const { protocol, choice, why } = decision!;
    return [protocol, choice?.rule, why];
  };
  const atOnce = "the server has no other protocol: joined without a byte";
  for (const bytes of ["", "GET / HTTP/1.1\r\n\r\n"]) {
    assertEquals(
      of({ CATCHALL: catchall }, bytes),
      [null, "CATCHALL/CATCHALL", atOnce],
    );
    assertEquals(
      of({ SILENT: catchall }, bytes),
      ["SILENT", "SILENT/CATCHALL", atOnce],
    );
  }
  const TLS = catchall;
  const silent = (
    ms: string,
  ) => ["SILENT", "SILENT/CATCHALL", `silent: no byte for ${ms}`];
  assertEquals(of({ TLS, SILENT: catchall }), silent("2s"));
  const options = { detect_timeout: "1s" };
  assertEquals(of({ TLS, SILENT: catchall, options }), silent("1s"));
  assertEquals(of({ TLS, SILENT: catchall }, "", "v0.2.0"), silent("5s"));
});

Deno.test("decision: the first rule that does not fail is the one that the router takes", () => {
  const names = ["a.example.com", "b.example.com", "x.a.example.com", "c.org"];
  const words = [
    ...names.map((name) => `SNI ${name}`),
    "SNI *.example.com",
    "SNI *.a.example.com",
    "ALPN h2",
    "ALPN http/1.1",
  ];
  const facts = fc.record({
    sni: fc.constantFrom(...names),
    alpn: fc.subarray(["h2", "http/1.1", "h3"]),
  }, { requiredKeys: [] });
  const rule = fc.subarray(words, { minLength: 1, maxLength: 2 })
    .filter(([a, b]) => !(a?.startsWith("SNI") && b?.startsWith("SNI")))
    .map((conditions) => conditions.join(" "));
  fc.assert(fc.property(
    fc.uniqueArray(rule, { maxLength: 8 }),
    fc.boolean(),
    fc.boolean(),
    facts,
    (rules, catchall, server, facts) => {
      const all = catchall ? [...rules, "CATCHALL"] : rules;
      const { listener } = contextOf({
        TLS: Object.fromEntries(all.map((text) => [text, REJECT])),
        ...(server ? { CATCHALL: { CATCHALL: REJECT } } : {}),
      });
      const of = { facts: facts as Facts, connection: NOBODY };
      const tested = testRules(listener!, 0, of);
      const first = tested.find(({ failed }) => failed === null);
      const choice = listener!.router.route(0, facts as Facts, NOBODY);
      assertEquals(first?.rule ?? null, choice?.rule ?? null);
    },
  ));
});
