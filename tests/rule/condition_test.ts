import { assertEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { quic } from "../../src/detect/datagrams/quic.ts";
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
  assertEquals(holds("!SNI a.example", { sni: "a.example" }), false);
  assertEquals(holds("!SNI a.example", { sni: "b.example" }), true);
  assertEquals(holds("!SNI a.example", {}), true);
  assertEquals(holds("!SNI *.example", { sni: "a.example" }), false);
  assertEquals(holds("!SNI *.example", { sni: "example" }), true);
  assertEquals(holds("!SNI /^a/", { sni: "ab.example" }), false);
  assertEquals(holds("!ALPN h2", { alpn: ["http/1.1", "h2"] }), false);
  assertEquals(holds("!ALPN h2", { alpn: ["http/1.1"] }), true);
  assertEquals(holds("!NOSNI", { sni: "a.example" }), true);
  assertEquals(holds("!NOSNI", {}), false);
  assertEquals(holds("!ECH", {}), true);
});

Deno.test("every word of every protocol can be negated", () => {
  for (const { name, rules } of BUILTINS) {
    for (const [word, { example, late }] of Object.entries(rules)) {
      const text = `${word} ${example}`.trim();
      const plain = condition(text, rules).holds({}, NOBODY);
      const negated = condition(`!${text}`, rules).holds({}, NOBODY);
      assertEquals(negated, late ? false : !plain, `${name} ${word}`);
    }
  }
});

Deno.test("a fact that has not come yet fulfils no condition, negated or not", () => {
  const user = (text: string, facts: Facts) =>
    holds(text, facts, postgres.rules);
  assertEquals(user("!USER root", { tls: true }), false);
  assertEquals(user("!USER root", { user: "app" }), true);
  assertEquals(user("!USER root", { user: "root" }), false);
  const host = (text: string, facts: Facts) => holds(text, facts, http2.rules);
  assertEquals(host("!AUTHORITY a.example", {}), false);
  assertEquals(host("!AUTHORITY a.example", { host: "b.example" }), true);
});

Deno.test("of a hello that could not be read no condition holds, negated or not", () => {
  const quicHolds = (text: string, facts: Facts) =>
    holds(text, facts, quic.rules);
  const unread = { quic_version: "0x1a2a3a4a", unread: true };
  for (const [word, { example }] of Object.entries(quic.rules)) {
    if (word === "QUICVERSION") continue;
    const text = `${word} ${example}`.trim();
    assertEquals(quicHolds(text, unread), false, text);
    assertEquals(quicHolds(`!${text}`, unread), false, `!${text}`);
  }
  assertEquals(quicHolds("QUICVERSION 0x1a2a3a4a", unread), true);
  assertEquals(quicHolds("!QUICVERSION 1", unread), true);
  const read = { quic_version: "1", alpn: ["h3"] };
  assertEquals(quicHolds("NOSNI", read), true);
  assertEquals(quicHolds("!SNI a.example", read), true);
  assertEquals(quicHolds("!ALPN h3", read), false);
});

Deno.test("FROM: an address in one of the blocks, IPv4 on a dual-stack socket too", () => {
  const from = condition("FROM 10.0.0.0/8,fd00::/8,192.0.2.7");
  const of = (client: string | null) =>
    from.holds({}, new Connection(client, null));
  assertEquals(of("10.255.0.1"), true);
  assertEquals(of("11.0.0.1"), false);
  assertEquals(of("::ffff:10.0.0.1"), true);
  assertEquals(of("fd12::1"), true);
  assertEquals(of("fe80::1%eth0"), false);
  assertEquals(of("192.0.2.7"), true);
  assertEquals(of(null), false);
});

Deno.test("what is not known of a connection fulfils neither a condition nor its opposite", () => {
  for (const text of ["FROM 10.0.0.0/8", "TIME 08:00-18:00"]) {
    assertEquals(holds(text, {}), false, text);
    assertEquals(holds(`!${text}`, {}), false, text);
  }
  const elsewhere = new Connection("11.0.0.1", Date.parse("2026-07-01T19:00Z"));
  assertEquals(condition("!FROM 10.0.0.0/8").holds({}, elsewhere), true);
  assertEquals(condition("!TIME 08:00-18:00").holds({}, elsewhere), true);
});
