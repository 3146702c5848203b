import { assert, assertEquals } from "@std/assert";
import { hostWord } from "../../src/detect/rule_grammar.ts";
import { alternatives, conditionText } from "../../src/rule/condition.ts";
import { parseHosts } from "../../src/rule/host_list.ts";
import { conditionsOf } from "../support/conditions.ts";

const SNI = hostWord("sni");

function texts(rule: string): string[] {
  return alternatives(conditionsOf(rule))
    .map((row) => row.map((condition) => conditionText(condition)).join(" "));
}

Deno.test("parseHosts() takes one host, or any of a list", () => {
  const one = parseHosts(SNI, "a.example");
  assert(one.ok && one.matcher.form === "exact");
  const several = parseHosts(SNI, "a.example,*.B.example.");
  assert(several.ok && several.matcher.form === "any");
  const { matcher } = several;
  assert(matcher.test({ sni: "a.example" }));
  assert(matcher.test({ sni: "x.b.example" }));
  for (const sni of ["b.example", "x.a.example", "a.example,b.example"]) {
    assert(!matcher.test({ sni }), sni);
  }
  assert(!matcher.test({}));
});

Deno.test("parseHosts() leaves a regular expression alone, commas and all", () => {
  const parsed = parseHosts(SNI, "/^a{1,2}$/");
  assert(parsed.ok && parsed.matcher.form === "pattern");
  assert(parsed.matcher.test({ sni: "aa" }));
});

Deno.test("parseHosts() takes a host that is repeated once, and says so", () => {
  const parsed = parseHosts(SNI, "a.example,A.example.");
  assert(parsed.ok && parsed.matcher.form === "exact");
  assertEquals(parsed.remark, '"A.example." is repeated');
});

Deno.test("alternatives() are a rule for each host of a list", () => {
  assertEquals(texts("ALPN h2 SNI a.x.org,*.net !ECH"), [
    "ALPN h2 SNI a.x.org !ECH",
    "ALPN h2 SNI *.net !ECH",
  ]);
  assertEquals(texts("SNI a.org,b.org LATE c.org,d.org"), [
    "SNI a.org LATE c.org",
    "SNI a.org LATE d.org",
    "SNI b.org LATE c.org",
    "SNI b.org LATE d.org",
  ]);
  assertEquals(texts("ALPN h2"), ["ALPN h2"]);
});

Deno.test("alternatives() of a list that must not match are one", () => {
  assertEquals(texts("!SNI a.x.org,*.net"), ["!SNI a.x.org,*.net"]);
});
