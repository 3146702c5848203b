import { assert, assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { LinearRegex } from "../../src/detect/linear_regex.ts";
import { isIncluded } from "../../src/detect/regex_inclusion.ts";

function included(inner: string, outer: string, steps = 1_000_000): boolean {
  return isIncluded(new LinearRegex(inner), new LinearRegex(outer), { steps });
}

Deno.test("isIncluded() proves what is so, and nothing else", () => {
  const yes = [
    ["^ab", "^a"],
    ["^ab$", "b$"],
    ["^a\\d+$", "^a\\w+$"],
    ["a.*b", "a.*b|c"],
    ["abc", "b"],
    ["^(?:a|b)c$", "^[ab]c$"],
    ["x", ""],
    ["^$", "^a?$"],
    ["$^", "^$"],
  ];
  for (const [a, b] of yes) assertEquals(included(a!, b!), true, `${a} ${b}`);
  const no = [
    ["^a", "^ab"],
    ["b$", "^ab$"],
    ["^\\w+$", "^\\d+$"],
    ["", "x"],
    ["^", "^."],
    ["", "$^"],
    ["^[^a]", "^[b-z]"],
  ];
  for (const [a, b] of no) assertEquals(included(a!, b!), false, `${a} ${b}`);
});

Deno.test("isIncluded() gives up when its budget is used up", () => {
  assertEquals(included("^(?:a|b)*a(?:a|b){12}$", "^[ab]+$"), true);
  assertEquals(included("^(?:a|b)*a(?:a|b){12}$", "^[ab]+$", 1_000), false);
  const budget = { steps: -1 };
  const a = new LinearRegex("a");
  assertEquals(isIncluded(a, a, budget), false);
});

const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "^", "$", "(?:ab)");
const piece = fc.tuple(atom, fc.constantFrom("", "", "*", "?", "+"))
  .map(([text, times]) => "^$".includes(text) ? text : text + times);
const expression = fc.array(
  fc.array(piece, { maxLength: 4 }).map((parts) => parts.join("")),
  { minLength: 1, maxLength: 2 },
).map((options) => options.join("|"));

/** Every text of at most five of these. */
const TEXTS: string[] = [""];
for (let i = 0; TEXTS[i]!.length < 5; i++) {
  TEXTS.push(...["a", "b", "c", "\n"].map((letter) => TEXTS[i]! + letter));
}

Deno.test("isIncluded() says yes only where no text of five is against it", () => {
  let proofs = 0;
  fc.assert(
    fc.property(expression, expression, (a, b) => {
      if (!included(a, b)) return;
      proofs++;
      const [inner, outer] = [new LinearRegex(a), new LinearRegex(b)];
      const witness = TEXTS.find((text) =>
        inner.test(text) && !outer.test(text)
      );
      assertEquals(witness, undefined, `${a} in ${b}`);
    }),
    { numRuns: 1_000 },
  );
  assert(proofs > 100);
});
