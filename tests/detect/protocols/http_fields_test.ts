import { assertEquals } from "@std/assert";
import type { Facts, Verdict } from "../../../src/detect/detector.ts";
import { http } from "../../../src/detect/protocols/http.ts";
import { commonWords } from "../../../src/rule/common_words.ts";
import { readConditions } from "../../../src/rule/condition.ts";
import { Connection } from "../../../src/rule/connection.ts";
import { assertFast } from "../../support/fast.ts";
import { wire } from "../../support/wire.ts";

const REQUEST = { method: "GET", version: "1.1", path: "/", host: "a.example" };

/** A request with those header lines. */
function get(...lines: readonly string[]): Uint8Array {
  return wire(
    ["GET / HTTP/1.1", "Host: a.example", ...lines, "", ""].join("\r\n"),
  );
}

/** What is learnt when rules name these facts. */
function detect(
  needs: readonly string[],
  view: Uint8Array,
  ended = false,
): Verdict {
  return http.detect(view, { ended, needs: new Set(needs) });
}

function factsOf(needs: readonly string[], ...lines: readonly string[]) {
  const verdict = detect(needs, get(...lines));
  assertEquals(verdict.kind, "match");
  return verdict.kind === "match" ? verdict.facts : {};
}

Deno.test("HTTP: header values are learnt only where rules name them", () => {
  const lines = ["X-A: 1", "Upgrade: websocket", "Cookie: secret"];
  assertEquals(factsOf([], ...lines), REQUEST);
  assertEquals(factsOf(["host", "path"], ...lines), REQUEST);
  assertEquals(factsOf(["header:x-a", "header:x-b"], ...lines), {
    ...REQUEST,
    "header:x-a": ["1"],
    "header:x-b": [],
  });
});

Deno.test("HTTP: a header has every value of its lines, in any case", () => {
  assertEquals(
    factsOf(
      ["header:x-a", "header:__proto__"],
      "X-a:1",
      "x-A: \t two  words\t ",
      "X-B: 3",
      "X-A: 5",
      "X-A:",
      "__proto__: 8",
    ),
    {
      ...REQUEST,
      "header:x-a": ["1", "two  words", "5", ""],
      "header:__proto__": ["8"],
    },
  );
});

Deno.test("HTTP: Upgrade is a list of protocols in lower case", () => {
  const of = (...lines: string[]) => factsOf(["upgrade"], ...lines).upgrade;
  assertEquals(of("Upgrade: WebSocket"), ["websocket"]);
  assertEquals(of("upgrade: h2c,, TLS/1.0 ", "UPGRADE: x"), [
    "h2c",
    "tls/1.0",
    "x",
  ]);
  assertEquals(of("Upgrade: ,"), []);
  assertEquals(of("Connection: upgrade"), []);
});

Deno.test("HTTP: a head that is not complete is in doubt where rules test a header", () => {
  const whole = get("X-A: 1", "X-A: 2");
  const cut = whole.subarray(0, whole.length - 4);
  const needs = ["upgrade", "header:x-a"];
  assertEquals(detect(needs, cut).kind, "more");
  for (const need of needs) {
    assertEquals(detect([need], cut, true), {
      kind: "malformed",
      why: "the head is not complete",
    });
  }
  // HTTP/0.9 has no header lines: neither a condition nor its opposite holds.
  const words = { own: http.rules, common: commonWords() };
  const holds = (facts: Facts, negated: boolean, value: string) =>
    readConditions([{ word: "HEADER", value, negated }], words)[0]!
      .holds(facts, new Connection(null, null));
  assertEquals(holds(REQUEST, false, "x-a 1"), false);
  assertEquals(holds(REQUEST, true, "x-a 1"), false);
  const known = factsOf(needs, "X-A: 1", "X-A: 2");
  assertEquals(holds(known, true, "x-a 2"), false);
  assertEquals(holds(known, true, "x-a 3"), true);
  assertEquals(holds(factsOf(needs), true, "x-a 2"), true);
});

Deno.test("HTTP: a head of 64 KiB is read in no time to speak of", () => {
  const lines = get("X-A: 1", ...Array(10_000).fill("X-A:"));
  const spaces = get(`X-A: ${" ".repeat(60_000)}x`);
  assertFast("the heads", 2_000, () => {
    for (const view of [lines, spaces]) detect(["header:x-a"], view);
  });
});
