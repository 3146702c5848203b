import { assertEquals } from "@std/assert";
import { TestedFacts } from "../../src/rule/tested_facts.ts";
import { conditionsOf } from "../support/conditions.ts";

Deno.test("TestedFacts: a fact is tested where a rule for the host tests it, or one for any host", () => {
  const tested = new TestedFacts([
    "SNI a.x.org PATH /x",
    "SNI *.b.org ALPN h2",
    "!SNI c.org PATH /y ECH",
    "LATE d.org ECH",
  ].map(conditionsOf));
  const hosts = ["a.x.org", "y.b.org", "c.org", undefined];
  const of = (fact: string) =>
    hosts.map((sni) => tested.has(fact, sni === undefined ? {} : { sni }));
  assertEquals(of("path"), [true, true, false, true]);
  assertEquals(of("alpn"), [false, true, false, true]);
  // For the other name of a host all is possible that is not known.
  assertEquals(of("ech"), [true, true, true, true]);
  assertEquals(tested.has("ech", { sni: "c.org", late: "e.org" }), false);
  assertEquals(tested.has("ech", { sni: "c.org", late: "d.org" }), true);
  assertEquals(of("user"), [false, false, false, false]);
});

Deno.test("TestedFacts: a host is tested whatever it is, and for any host once one rule names none", () => {
  const tested = new TestedFacts([
    "SNI a.x.org PATH /x",
    "PATH /y",
    "SNI b.org PATH /z",
  ].map(conditionsOf));
  assertEquals(tested.has("sni", { sni: "c.org" }), true);
  assertEquals(tested.has("path", { sni: "c.org" }), true);
});
