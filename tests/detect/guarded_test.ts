import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Verdict } from "../../src/detect/detector.ts";
import { guardedDetector } from "../../src/detect/guarded.ts";
import { SETTINGS_REPLY } from "../../src/detect/protocols/http2_settings_reply.ts";
import { textWord } from "../../src/detect/rule_grammar.ts";

const OPEN = { ended: false };
const WORD = textWord("room", { pattern: /^[a-z]+$/, expected: "a room" });
const GOOD = {
  name: "MINE",
  summary: "mine",
  maxBytes: 8,
  rules: { ROOM: WORD },
  detect: (): Verdict => ({ kind: "no" }),
};

/** The guarded detector that says such a thing, if it can be said at all. */
function saying(verdict: unknown) {
  return guardedDetector("MINE", { ...GOOD, detect: () => verdict });
}

Deno.test("guardedDetector() refuses what is no detector, and says what it lacks", () => {
  const bad: [unknown, string][] = [
    [undefined, "it has no detector as its default export"],
    [
      { ...GOOD, name: "YOURS" },
      `its "name" is "YOURS", the config calls it "MINE"`,
    ],
    [{ ...GOOD, summary: 7 }, 'its "summary" is no string'],
    [{ ...GOOD, maxBytes: "8" }, 'its "maxBytes" is no number'],
    [{ ...GOOD, toAll: true }, 'its "toAll" is no string'],
    [{ ...GOOD, docs: {} }, '"docs": its "firstBytes" is missing'],
    [
      { ...GOOD, docs: { firstBytes: "", facts: { x: 1 }, source: [] } },
      '"docs": there is something else than texts in it',
    ],
    [{ ...GOOD, rules: null }, 'its "rules" is no object'],
    [{ ...GOOD, detect: undefined }, 'its "detect" is missing'],
    [
      { ...GOOD, rules: { ROOM: { ...WORD, parse: 1 } } },
      'rule word "ROOM": its "parse" is no function',
    ],
    [
      { ...GOOD, rules: { ROOM: { ...WORD, kind: "number" } } },
      'rule word "ROOM": its "kind" is neither "host" nor "text"',
    ],
    [
      { ...GOOD, rules: { ROOM: null } },
      'rule word "ROOM": its "fact" is missing',
    ],
  ];
  for (const [exported, message] of bad) {
    assertEquals(
      assertThrows(() => guardedDetector("MINE", exported), Error).message,
      message,
    );
  }
});

Deno.test("a guarded detector passes good verdicts on", () => {
  const verdicts: Verdict[] = [
    { kind: "no" },
    { kind: "more", atLeast: 4 },
    {
      kind: "more",
      atLeast: 4,
      reply: { bytes: Uint8Array.of(1), after: 0, request: "HELLO" },
    },
    { kind: "more", atLeast: 4, reply: SETTINGS_REPLY },
    { kind: "match", facts: { room: "x", list: ["a"], n: 1, flag: true } },
    { kind: "malformed", why: "torn" },
  ];
  for (const verdict of verdicts) {
    assertEquals(saying(verdict).detect(new Uint8Array(3), OPEN), verdict);
  }
});

Deno.test("a guarded detector makes malformed of what is no verdict", () => {
  const bad: [unknown, string][] = [
    [undefined, "the detector returned no verdict"],
    [{ kind: "yes" }, "the detector returned no verdict"],
    [{ kind: "match" }, "the detector matched with invalid facts"],
    [
      { kind: "match", facts: { x: {} } },
      "the detector matched with invalid facts",
    ],
    [
      {
        kind: "more",
        atLeast: 4,
        reply: { bytes: [1], after: 0, request: "" },
      },
      "the detector returned an invalid reply",
    ],
    [
      { kind: "more", atLeast: 4, reply: { ...SETTINGS_REPLY, quietMs: "1" } },
      "the detector returned an invalid reply",
    ],
    [
      { kind: "more", atLeast: 4, reply: { ...SETTINGS_REPLY, filter: {} } },
      "the detector returned an invalid reply",
    ],
    [{ kind: "more", atLeast: 3 }, "the detector asked for 3 bytes again"],
  ];
  for (const [verdict, why] of bad) {
    assertEquals(
      saying(verdict).detect(new Uint8Array(3), OPEN),
      { kind: "malformed", why },
    );
  }
});

Deno.test("a guarded detector cannot throw, nor touch the bytes", () => {
  const throwing = guardedDetector("MINE", {
    ...GOOD,
    detect(view: Uint8Array) {
      view.fill(0xff);
      throw new RangeError("off the end");
    },
  });
  const view = Uint8Array.of(1, 2, 3);
  assertEquals(throwing.detect(view, OPEN), {
    kind: "malformed",
    why: "the detector threw RangeError: off the end",
  });
  assertEquals(view, Uint8Array.of(1, 2, 3));
});

Deno.test("guarded rule words parse and test as before, and cannot throw", () => {
  const { rules } = guardedDetector("MINE", GOOD);
  const parsed = rules["ROOM"]!.parse("kitchen");
  assert(parsed.ok);
  assertEquals(parsed.matcher.test({ room: "kitchen" }), true);
  assertEquals(parsed.matcher.test({}), false);
  assertEquals(rules["ROOM"]!.parse("K"), WORD.parse("K"));
  const hostile = guardedDetector("MINE", {
    ...GOOD,
    rules: {
      ROOM: {
        ...WORD,
        parse(value: string) {
          if (value === "throw") throw new Error("no");
          if (value === "odd") return { ok: true, matcher: { form: "odd" } };
          const test = () => {
            throw new Error("no");
          };
          return { ok: true, matcher: { form: "exact", value, test } };
        },
      },
    },
  }).rules["ROOM"]!;
  for (const value of ["throw", "odd"]) {
    assertEquals(hostile.parse(value).ok, false);
  }
  const matcher = hostile.parse("x");
  assert(matcher.ok && matcher.matcher.test({ room: "x" }) === false);
});

Deno.test("guarded rule words keep what says how they are read and compared", () => {
  const word = { ...WORD, tokens: 2, late: true, unless: "unread" };
  const guarded = guardedDetector("MINE", { ...GOOD, rules: { ROOM: word } });
  const { parse: _, ...kept } = guarded.rules["ROOM"]!;
  assertEquals(kept, {
    fact: "room",
    kind: "text",
    example: "value",
    many: false,
    tokens: 2,
    late: true,
    unless: "unread",
  });
});

Deno.test("a guarded detector says which connections go to all targets", () => {
  assertEquals(guardedDetector("MINE", GOOD).toAll, undefined);
  const { toAll } = guardedDetector("MINE", { ...GOOD, toAll: "stop" });
  assertEquals(toAll, "stop");
});
