/** Conditions and connections at random, for properties of rules. */
import * as fc from "../../src/testing/fast_check.ts";
import type { Facts } from "../../src/detect/detector.ts";
import {
  flagWord,
  hostWord,
  type RuleGrammar,
  textWord,
  unlessFact,
} from "../../src/detect/rule_grammar.ts";
import { commonWords } from "../../src/rule/common_words.ts";
import { type Condition, readConditions } from "../../src/rule/condition.ts";
import { Connection } from "../../src/rule/connection.ts";

const ANY = { pattern: /^[!-~]*$/, expected: "anything" };

/** A grammar with every form of condition there is. */
const GRAMMAR: RuleGrammar = {
  SNI: hostWord("sni"),
  NOSNI: flagWord("sni", false),
  ALPN: textWord("alpn", ANY, { many: true }),
  PATH: textWord("path", ANY),
  ECH: flagWord("ech", true),
  LATE: hostWord("late", { late: true }),
  ...unlessFact("unread", {
    SEALED: hostWord("sealed"),
    NOSEALED: flagWord("sealed", false),
  }),
};

const WORDS = { own: GRAMMAR, common: commonWords() };

/** Reads conditions: `SNI a.example !ALPN h2`, each value one token. */
export function conditionsOf(text: string): Condition[] {
  const plans = [];
  const tokens = text.split(" ");
  while (tokens.length > 0) {
    const head = tokens.shift()!;
    const negated = head.startsWith("!");
    const word = negated ? head.slice(1) : head;
    const value = GRAMMAR[word]?.flag ? "" : tokens.shift() ?? "";
    plans.push({ word, value, negated });
  }
  return readConditions(plans, WORDS);
}

const HOSTS = ["a.x.org", "b.x.org", "c.a.x.org", "x.org", "d.net"];
const HOST_VALUES = [
  ...HOSTS,
  "*.x.org",
  "*.a.x.org",
  "*.net",
  "a.x.org,d.net",
  "*.a.x.org,b.x.org",
  "*.x.org,x.org,*.net",
  "/^a/",
  "/^[ab]/",
  "/org$/",
  "/^a.*org$/",
  "/.*/",
  "/x/",
];
const BLOCKS = [
  "10.0.0.0/8",
  "10.1.0.0/16",
  "10.1.2.0/24,192.0.2.7",
  "192.0.2.0/24",
  "fd00::/8",
  "0.0.0.0/0",
];
const TIMES = [
  "08:00-18:00",
  "18:00-08:00",
  "Mon-Fri@08:00-18:00",
  "Mon@09:00-10:00",
  "22:00-06:00",
  "22:00-06:00@Europe/Berlin",
];

/** One condition, as text. */
export const conditionText: fc.Arbitrary<string> = fc.tuple(
  fc.constantFrom("", "", "!"),
  fc.oneof(
    fc.constantFrom(...HOST_VALUES.map((value) => `SNI ${value}`)),
    fc.constantFrom(...HOST_VALUES.map((value) => `LATE ${value}`)),
    fc.constantFrom(...HOST_VALUES.map((value) => `SEALED ${value}`)),
    fc.constantFrom("ALPN h2", "ALPN h3", "ALPN h*", "ALPN *"),
    fc.constantFrom("PATH /a", "PATH /a/b", "PATH /a*", "PATH /*", "PATH *"),
    fc.constantFrom("NOSNI", "ECH", "NOSEALED"),
    fc.constantFrom(...BLOCKS.map((value) => `FROM ${value}`)),
    fc.constantFrom(...TIMES.map((value) => `TIME ${value}`)),
  ),
).map((parts) => parts.join(""));

/** The conditions of a rule, as text. */
export const ruleText: fc.Arbitrary<string> = fc
  .uniqueArray(conditionText, { minLength: 1, maxLength: 3 })
  .map((conditions) => conditions.join(" "));

/** What a detector may have learnt. */
export const facts: fc.Arbitrary<Facts> = fc.record({
  sni: fc.constantFrom(...HOSTS),
  late: fc.constantFrom(...HOSTS),
  sealed: fc.constantFrom(...HOSTS),
  unread: fc.constant(true),
  alpn: fc.subarray(["h2", "h3", "http/1.1"]),
  path: fc.constantFrom("/", "/a", "/a/b", "/b", "*"),
  ech: fc.constant(true),
}, { requiredKeys: [] });

/** Who may have connected, and when. */
export const connection: fc.Arbitrary<Connection> = fc.tuple(
  fc.constantFrom("10.1.2.3", "10.1.9.9", "10.9.9.9", "192.0.2.7", "fd00::1"),
  fc.nat(2 * 7 * 24 * 60).map((minute) =>
    Date.parse("2026-03-23T00:00Z") + minute * 60_000
  ),
).map(([client, at]) => new Connection(client, at));
