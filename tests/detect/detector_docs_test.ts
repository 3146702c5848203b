/**
 * The docs of the built-in detectors are whole. That they describe the facts
 * that are given, and no others, is checked where there are bytes that give
 * some: on the samples of each detector (`testDetector()`) and on the corpus.
 * Nothing is exempt.
 */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { type DetectorDocs, rfc } from "../../src/detect/detector_docs.ts";

/** What Markdown would take for more than text, outside of code. */
const MARKUP = /[*_<>|[\]\\]|(?:^|\s)[-+#](?:\s|$)/;

for (const { name, rules, docs } of BUILTINS) {
  Deno.test(`${name} has docs that are whole`, () => {
    assert(docs);
    assert(docs.source.length > 0);
    assert(docs.stance && docs.stance.length > 0);
    for (const text of textsOf(docs)) checkText(text);
    for (const fact of Object.values(docs.facts)) {
      assertNotMatch(fact, /\.$/);
    }
    for (const point of docs.stance) assertMatch(point, /^[A-Z`].*\.$/);
  });

  Deno.test(`${name}: every fact that a rule word tests is described`, () => {
    for (const [word, { fact }] of Object.entries(rules)) {
      assert(Object.hasOwn(docs!.facts, fact), `${word}: ${fact}`);
    }
  });

  Deno.test(`${name}: its sources are papers, with https addresses`, () => {
    for (const { text, url } of docs!.source) {
      checkText(text);
      if (url !== undefined) assertMatch(url, /^https:\/\/[!-~]+$/);
    }
    const texts = docs!.source.map(({ text }) => text);
    assertEquals(new Set(texts).size, texts.length);
  });
}

function textsOf({ firstBytes, facts, stance }: DetectorDocs): string[] {
  return [firstBytes, ...Object.values(facts), ...stance ?? []];
}

/** One line, and in the README the same as in a terminal. */
function checkText(text: string): void {
  assertMatch(text, /^\S.*\S$/);
  const parts = text.split("`");
  assertEquals(parts.length % 2, 1, `a backquote has no other: ${text}`);
  parts.forEach((part, index) => {
    // A formatter of Markdown takes spaces off the ends of code.
    if (index % 2 === 1) assertMatch(part, /^\S(?:.*\S)?$/, text);
    else assertNotMatch(part, MARKUP, text);
  });
}

Deno.test("rfc() names sections and appendices, and where they are", () => {
  assertEquals(rfc(9846, "4.2.2"), {
    text: "RFC 9846 §4.2.2",
    url: "https://www.rfc-editor.org/rfc/rfc9846#section-4.2.2",
  });
  assertEquals(rfc(5246, "E.2"), {
    text: "RFC 5246 appendix E.2",
    url: "https://www.rfc-editor.org/rfc/rfc5246#appendix-E.2",
  });
  assertEquals(rfc(854), {
    text: "RFC 854",
    url: "https://www.rfc-editor.org/rfc/rfc854",
  });
});
