import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { LinearRegex } from "../../src/detect/linear_regex.ts";
import { RegexSyntaxError } from "../../src/detect/linear_regex_parser.ts";

/** Most ways of an expression that a backtracking engine is asked to try. */
const MAX_WAYS = 20_000;
const MAX_LENGTH = 12;

/** An expression put together at random. */
interface Made {
  readonly source: string;
  /**
   * Most ways to match it from one place of a text of that length: what a
   * backtracking engine may have to try, one after the other.
   */
  readonly ways: (length: number) => number;
}

/** Texts over the few letters that the expressions below use. */
const texts = fc.string({
  unit: fc.constantFrom(..."abc01 .-\n"),
  maxLength: MAX_LENGTH,
});

const letters: fc.Arbitrary<Made> = fc.constantFrom(
  ..."abc01 -".split(""),
  ".",
  "\\d",
  "\\w",
  "\\S",
  "[ab]",
  "[^a]",
  "[a-c0]",
  "\\.",
  "\\x61",
).map((source) => ({ source, ways: () => 1 }));

/** How often something may be repeated, in a text of a length. */
const repeats = fc.constantFrom<readonly [string, number, number]>(
  ["", 1, 1],
  ["", 1, 1],
  ["*", 0, Infinity],
  ["+", 1, Infinity],
  ["?", 0, 1],
  ["{2}", 2, 2],
  ["{1,2}", 1, 2],
  ["{0,}", 0, Infinity],
  ["*?", 0, Infinity],
);

const { expression: expressions } = fc.letrec<
  { expression: Made; atom: Made }
>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 3 },
    letters,
    tie("expression").map((inner) => ({
      ...inner,
      source: `(${inner.source})`,
    })),
    tie("expression").map((inner) => ({
      ...inner,
      source: `(?:${inner.source})`,
    })),
  ),
  expression: fc.tuple(
    fc.array(fc.tuple(tie("atom"), repeats).map(repeated), { maxLength: 4 }),
    fc.constantFrom("", "|", "^", "$"),
  ).map(joined),
}));

function repeated(
  [atom, [mark, least, most]]: [Made, readonly [string, number, number]],
): Made {
  const ways = (length: number) => {
    const each = atom.ways(length);
    // A turn that takes no byte is the last one.
    const turns = Math.min(most, Math.max(least, length) + 1);
    let sum = 0;
    for (let turn = least; turn <= turns; turn++) sum += each ** turn;
    return sum;
  };
  return { source: atom.source + mark, ways };
}

function joined([parts, joint]: [Made[], string]): Made {
  const sources = parts.map(({ source }) => source);
  const either = joint === "|";
  const source = either
    ? sources.join("|")
    : joint === "^"
    ? "^" + sources.join("")
    : sources.join("") + joint;
  const ways = (length: number) =>
    parts.reduce(
      (all, part) => either ? all + part.ways(length) : all * part.ways(length),
      either ? 0 : 1,
    );
  return {
    source,
    ways: either ? (length) => Math.max(1, ways(length)) : ways,
  };
}

/** Longest text that a backtracking engine is done with soon; -1: there is none. */
function bearableLength({ ways }: Made): number {
  let length = MAX_LENGTH;
  while (length >= 0 && !(ways(length) <= MAX_WAYS)) length--;
  return length;
}

Deno.test("LinearRegex agrees with the runtime's own expressions", () => {
  fc.assert(
    fc.property(expressions, texts, (made, whole) => {
      const length = bearableLength(made);
      fc.pre(length >= 0);
      const { source } = made;
      const text = whole.slice(0, length);
      const own = new LinearRegex(source).test(text);
      assertEquals(own, new RegExp(source).test(text), source);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("LinearRegex: scan() is prefix-monotone and ends as test() says", () => {
  fc.assert(
    fc.property(expressions, texts, ({ source }, text) => {
      const regex = new LinearRegex(source);
      const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
      let settled: string | null = null;
      for (let length = 0; length <= bytes.length; length++) {
        const state = regex.scan(bytes.subarray(0, length), false);
        if (settled !== null) assertEquals(state, settled);
        else if (state !== "alive") settled = state;
      }
      const end = regex.scan(bytes, true);
      assertEquals(end === "match", regex.test(text));
      if (settled !== null) assertEquals(end, settled);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("LinearRegex: what makes backtracking engines stand still is quick", () => {
  const regex = new LinearRegex("^(a+)+(a|aa)*b$");
  assertEquals(regex.test("a".repeat(20_000)), false);
  assertEquals(regex.test("a".repeat(20_000) + "b"), true);
});

Deno.test("LinearRegex: anchored expressions die at the first wrong byte", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const helo = new LinearRegex("^(HELO|EHLO) ");
  assertEquals(helo.scan(bytes("HE"), false), "alive");
  assertEquals(helo.scan(bytes("HX"), false), "dead");
  assertEquals(helo.scan(bytes("HELO x"), false), "match");
  assertEquals(new LinearRegex("x").scan(bytes("aaaa"), false), "alive");
});

Deno.test("LinearRegex refuses what it cannot do, and says where", () => {
  const refused: [string, string, number][] = [
    ["(a", 'there is no ")" for this "("', 0],
    ["a)", 'there is no "(" for this ")"', 1],
    ["[a", 'there is no "]" for this "["', 0],
    ["(?=a)", "look-around and named groups are not supported", 0],
    ["(?<n>a)", "look-around and named groups are not supported", 0],
    ["(a)\\1", "backreferences are not supported", 3],
    ["\\b", 'the escape "\\b" is not supported', 0],
    ["\\xg0", "\\x without two hexadecimal digits", 0],
    ["*a", "nothing to repeat", 0],
    ["a**", "nothing to repeat", 2],
    ["a{3,2}", "a repetition whose end is before its start", 1],
    ["a{999}", "a repetition of more than 255", 1],
    ["a{100000}", "a repetition of more than 255", 1],
    ["a{1,100000}", "a repetition of more than 255", 1],
    [`a{${"9".repeat(400)}}`, "a repetition of more than 255", 1],
    [`a{0,${"9".repeat(400)}}`, "a repetition of more than 255", 1],
    ["a{100000,}", "a repetition of more than 255", 1],
    ["[b-a]", "a range whose end is before its start", 4],
    ["\u{1f600}", "characters are bytes: write others as \\x..", 0],
    ["a\\", 'the escape "\\" is not supported', 1],
  ];
  for (const [expression, message, offset] of refused) {
    const error = assertThrows(
      () => new LinearRegex(expression),
      RegexSyntaxError,
      undefined,
      expression,
    );
    assertEquals([error.message, error.offset], [message, offset]);
  }
  assertThrows(() => new LinearRegex("((a{99}){99}){99}"), RangeError);
});

Deno.test("LinearRegex never throws anything else, whatever the expression", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."ab(){}[]|*+?^$\\.,-01xdw:=") }),
      (expression) => {
        try {
          new LinearRegex(expression).test("ab01");
        } catch (error) {
          assert(
            error instanceof RegexSyntaxError || error instanceof RangeError,
          );
        }
      },
    ),
    { numRuns: 5_000 },
  );
});
