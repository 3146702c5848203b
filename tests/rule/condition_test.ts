import assert from "node:assert/strict";
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Facts } from "../../src/detect/detector.ts";
import type { RuleGrammar } from "../../src/detect/rule_grammar.ts";
import { http2 } from "../../src/detect/protocols/http2.ts";
import { postgres } from "../../src/detect/protocols/postgres.ts";
import { tls } from "../../src/detect/protocols/tls.ts";
import { commonWords } from "../../src/rule/common_words.ts";
import { type Condition, readConditions } from "../../src/rule/condition.ts";
import { Connection } from "../../src/rule/connection.ts";

const NOBODY = new Connection(null, null);

function condition(text: string, own: RuleGrammar = tls.rules): Condition {
  const negated = text.startsWith("!");
  const [word = "", ...values] = text.slice(negated ? 1 : 0).split(" ");
  return readConditions([{ word, value: values.join(" "), negated }], {
    own,
    common: commonWords(),
  })[0]!;
}

function holds(text: string, facts: Facts, own?: RuleGrammar): boolean {
  return condition(text, own).holds(facts, NOBODY);
}

Deno.test("a negated condition holds where the fact is another one or is not there", () => {
  assert.equal(holds("!SNI a.example", { sni: "a.example" }), false);
  assert.equal(holds("!SNI a.example", { sni: "b.example" }), true);
  assert.equal(holds("!SNI a.example", {}), true);
  assert.equal(holds("!SNI *.example", { sni: "a.example" }), false);
  assert.equal(holds("!SNI *.example", { sni: "example" }), true);
  assert.equal(holds("!SNI /^a/", { sni: "ab.example" }), false);
  assert.equal(holds("!ALPN h2", { alpn: ["http/1.1", "h2"] }), false);
  assert.equal(holds("!ALPN h2", { alpn: ["http/1.1"] }), true);
  assert.equal(holds("!NOSNI", { sni: "a.example" }), true);
  assert.equal(holds("!NOSNI", {}), false);
  assert.equal(holds("!ECH", {}), true);
});

Deno.test("every word of every protocol can be negated", () => {
  for (const { name, rules } of BUILTINS) {
    for (const [word, { example, late }] of Object.entries(rules)) {
      const text = `${word} ${example}`.trim();
      const plain = condition(text, rules).holds({}, NOBODY);
      const negated = condition(`!${text}`, rules).holds({}, NOBODY);
      assert.equal(negated, late ? false : !plain, `${name} ${word}`);
    }
  }
});

Deno.test("a fact that has not come yet fulfils no condition, negated or not", () => {
  const user = (text: string, facts: Facts) =>
    holds(text, facts, postgres.rules);
  assert.equal(user("!USER root", { tls: true }), false);
  assert.equal(user("!USER root", { user: "app" }), true);
  assert.equal(user("!USER root", { user: "root" }), false);
  const host = (text: string, facts: Facts) => holds(text, facts, http2.rules);
  assert.equal(host("!AUTHORITY a.example", {}), false);
  assert.equal(host("!AUTHORITY a.example", { host: "b.example" }), true);
});

Deno.test("FROM: an address in one of the blocks, IPv4 on a dual-stack socket too", () => {
  const from = condition("FROM 10.0.0.0/8,fd00::/8,192.0.2.7");
  const of = (client: string | null) =>
    from.holds({}, new Connection(client, null));
  assert.equal(of("10.255.0.1"), true);
  assert.equal(of("11.0.0.1"), false);
  assert.equal(of("::ffff:10.0.0.1"), true);
  assert.equal(of("fd12::1"), true);
  assert.equal(of("fe80::1%eth0"), false);
  assert.equal(of("192.0.2.7"), true);
  assert.equal(of(null), false);
});

Deno.test("what is not known of a connection fulfils neither a condition nor its opposite", () => {
  for (const text of ["FROM 10.0.0.0/8", "TIME 08:00-18:00"]) {
    assert.equal(holds(text, {}), false, text);
    assert.equal(holds(`!${text}`, {}), false, text);
  }
  const elsewhere = new Connection("11.0.0.1", Date.parse("2026-07-01T19:00Z"));
  assert.equal(condition("!FROM 10.0.0.0/8").holds({}, elsewhere), true);
  assert.equal(condition("!TIME 08:00-18:00").holds({}, elsewhere), true);
});
