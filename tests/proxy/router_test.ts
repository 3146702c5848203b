import { assert, assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Facts } from "../../src/detect/detector.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Router } from "../../src/proxy/router.ts";
import { Connection } from "../../src/rule/connection.ts";

const registry = new Registry(BUILTINS);
const NOBODY = new Connection(null, null);

function routerOf(server: unknown): Router {
  const text = JSON.stringify({ version: "v1.0.0", servers: { ":1": server } });
  const { plan, diagnostics } = loadConfig(
    "x",
    new TextEncoder().encode(text),
    registry,
  );
  assert(plan, JSON.stringify(diagnostics));
  return new Router(plan.listeners[0]!, registry);
}

/** A server of one protocol with these rules, all REJECT. */
function rules(protocol: string, ...texts: string[]) {
  const REJECT = { action: "REJECT" };
  return {
    [protocol]: Object.fromEntries(texts.map((text) => [text, REJECT])),
  };
}

function ruleFor(router: Router, facts: Facts): string | null {
  return router.route(0, facts, NOBODY)?.rule ?? null;
}

Deno.test("Router: the most specific rule wins, whatever the order of the file", () => {
  const texts = [
    "SNI a.example.com ALPN h2",
    "SNI *.example.com ALPN h2",
    "SNI a.example.com",
    "SNI *.b.example.com",
    "SNI *.example.com",
    "ALPN acme-tls/1",
    "CATCHALL",
  ];
  for (const order of [texts, [...texts].reverse()]) {
    const router = routerOf(rules("TLS", ...order));
    const cases: [Facts, string][] = [
      [{ sni: "a.example.com", alpn: ["h2"] }, "SNI a.example.com ALPN h2"],
      [{ sni: "x.example.com", alpn: ["h2"] }, "SNI *.example.com ALPN h2"],
      [{ sni: "a.example.com", alpn: ["http/1.1"] }, "SNI a.example.com"],
      [{ sni: "x.b.example.com" }, "SNI *.b.example.com"],
      [{ sni: "y.x.b.example.com" }, "SNI *.b.example.com"],
      [{ sni: "b.example.com" }, "SNI *.example.com"],
      [{ sni: "example.com" }, "CATCHALL"],
      [{ sni: "a.example.com", alpn: ["acme-tls/1"] }, "SNI a.example.com"],
      [{ sni: "z.example", alpn: ["acme-tls/1"] }, "ALPN acme-tls/1"],
      [{ alpn: ["h2", "acme-tls/1"] }, "ALPN acme-tls/1"],
      [{}, "CATCHALL"],
    ];
    for (const [facts, rule] of cases) {
      assertEquals(ruleFor(router, facts), `TLS/${rule}`);
    }
  }
});

Deno.test("Router: HTTP prefers exact values to prefixes, and the longer prefix", () => {
  const router = routerOf(
    rules("HTTP", "PATH /*", "PATH /api*", "PATH /api/v1", "METHOD GET"),
  );
  assertEquals(ruleFor(router, { path: "/api/v1" }), "HTTP/PATH /api/v1");
  assertEquals(ruleFor(router, { path: "/api/v2" }), "HTTP/PATH /api*");
  assertEquals(ruleFor(router, { path: "/x" }), "HTTP/PATH /*");
  assertEquals(ruleFor(router, { method: "GET" }), "HTTP/METHOD GET");
});

Deno.test("Router: several ALPN conditions must all be offered", () => {
  const router = routerOf(rules("TLS", "ALPN h2 ALPN http/1.1", "ALPN h2"));
  assertEquals(
    ruleFor(router, { alpn: ["http/1.1", "h2"] }),
    "TLS/ALPN h2 ALPN http/1.1",
  );
  assertEquals(ruleFor(router, { alpn: ["h2"] }), "TLS/ALPN h2");
  assertEquals(ruleFor(router, { alpn: ["http/1.1"] }), null);
});

Deno.test("Router: no rule falls to the protocol's catch-all, then the listener's", () => {
  const REJECT = { action: "REJECT" };
  const both = routerOf({
    TLS: { "SNI a.example": REJECT, CATCHALL: REJECT },
    CATCHALL: { CATCHALL: REJECT },
  });
  assertEquals(ruleFor(both, { sni: "b.example" }), "TLS/CATCHALL");
  const one = routerOf({
    TLS: { "SNI a.example": REJECT },
    CATCHALL: { CATCHALL: REJECT },
  });
  assertEquals(ruleFor(one, { sni: "b.example" }), "CATCHALL/CATCHALL");
  assertEquals(one.catchall?.rule, "CATCHALL/CATCHALL");
  const none = routerOf(rules("TLS", "SNI a.example"));
  assertEquals(ruleFor(none, { sni: "b.example" }), null);
  assertEquals(none.routeSilent(), { protocol: null, choice: null });
  assertEquals(one.routeSilent().choice?.rule, "CATCHALL/CATCHALL");
  const silent = routerOf({ SILENT: { CATCHALL: REJECT } });
  assertEquals(silent.routeSilent().protocol, "SILENT");
  assertEquals(silent.routeSilent().choice?.rule, "SILENT/CATCHALL");
});

Deno.test("Router: a protocol's detector is told which facts the rules test", () => {
  const needs = (router: Router) => [...router.candidates[0]!.needs].sort();
  assertEquals(needs(routerOf(rules("HTTP", "CATCHALL"))), []);
  assertEquals(
    needs(routerOf(rules("HTTP", "HOST a.example METHOD GET", "CATCHALL"))),
    ["host", "method"],
  );
});

Deno.test("Router: the detectors run in the order of the file", () => {
  const REJECT = { CATCHALL: { action: "REJECT" } };
  const names = (server: unknown) =>
    routerOf(server).candidates.map(({ detector }) => detector.name);
  assertEquals(names({ SSH: REJECT, TLS: REJECT }), ["SSH", "TLS"]);
  assertEquals(names({ TLS: REJECT, SSH: REJECT }), ["TLS", "SSH"]);
});

Deno.test("Router: a regular expression comes after wildcards, in the order of the file", () => {
  const router = routerOf(
    rules(
      "TLS",
      "SNI /^a/",
      "SNI /^a\\d+\\.example$/",
      "SNI *.example",
      "SNI a1.example",
      "NOSNI",
      "NOSNI VERSION 1.3",
    ),
  );
  assertEquals(ruleFor(router, { sni: "a1.example" }), "TLS/SNI a1.example");
  assertEquals(ruleFor(router, { sni: "a2.example" }), "TLS/SNI *.example");
  assertEquals(ruleFor(router, { sni: "a2.test" }), "TLS/SNI /^a/");
  assertEquals(ruleFor(router, { sni: "b.test" }), null);
  assertEquals(ruleFor(router, { version: "1.2" }), "TLS/NOSNI");
  assertEquals(ruleFor(router, { version: "1.3" }), "TLS/NOSNI VERSION 1.3");
});

Deno.test("Router: a rule with a list of hosts is one by each of them, as narrow as it is", () => {
  const texts = [
    "SNI a.example.com,*.x.example,c.example",
    "SNI *.example.com",
    "SNI y.x.example",
    "SNI a.example.com ALPN h2",
    "!SNI c.example,d.example ALPN h3",
    "CATCHALL",
  ];
  for (const order of [texts, [...texts].reverse()]) {
    const router = routerOf(rules("TLS", ...order));
    const cases: [Facts, string][] = [
      [{ sni: "a.example.com" }, texts[0]!],
      [{ sni: "z.x.example" }, texts[0]!],
      [{ sni: "c.example" }, texts[0]!],
      [{ sni: "b.example.com" }, texts[1]!],
      [{ sni: "y.x.example" }, texts[2]!],
      [{ sni: "a.example.com", alpn: ["h2"] }, texts[3]!],
      [{ sni: "e.example", alpn: ["h3"] }, texts[4]!],
      [{ alpn: ["h3"] }, texts[4]!],
      [{ sni: "c.example", alpn: ["h3"] }, texts[0]!],
      [{ sni: "d.example", alpn: ["h3"] }, texts[5]!],
      [{ sni: "x.example" }, texts[5]!],
    ];
    for (const [facts, rule] of cases) {
      assertEquals(ruleFor(router, facts), `TLS/${rule}`, facts.sni as string);
    }
  }
});
