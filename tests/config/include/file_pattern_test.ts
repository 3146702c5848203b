import { assert, assertEquals } from "@std/assert";
import {
  fitsPattern,
  hasWildcard,
  splitPath,
} from "../../../src/config/include/file_pattern.ts";
import { assertFast } from "../../support/fast.ts";

Deno.test("file pattern: * and ? stand for text and for one character", () => {
  const table: [name: string, pattern: string, fits: boolean][] = [
    ["a.jsonc", "*.jsonc", true],
    ["a.json", "*.jsonc", false],
    ["a.jsonc.d", "*.jsonc", false],
    ["10-web.jsonc", "??-*.jsonc", true],
    ["1-web.jsonc", "??-*.jsonc", false],
    ["é.jsonc", "?.jsonc", true],
    ["😀.jsonc", "?.jsonc", true],
    ["abab", "*ab", true],
    ["aba", "*ab", false],
    ["a", "*", true],
    ["a", "**", true],
    ["a", "a*?", false],
    ["docker.jsonc", "docker.jsonc", true],
    ["[a].jsonc", "[a].jsonc", true],
    ["a.jsonc", "[a].jsonc", false],
    ["axb", "a.b", false],
  ];
  for (const [name, pattern, fits] of table) {
    assertEquals(fitsPattern(name, pattern), fits, `${name} ${pattern}`);
  }
});

Deno.test("file pattern: hidden files, backups and files that are being written fit nothing", () => {
  for (
    const name of [
      ".a.jsonc",
      "..data",
      "a.jsonc~",
      "#a.jsonc#",
      ".a.jsonc.swp",
      "a.jsonc.swp",
      "a.jsonc.tmp",
      "a.jsonc.bak",
      "a.jsonc.orig",
      "a.jsonc.rpmnew",
      "a.jsonc.dpkg-old",
    ]
  ) {
    assert(!fitsPattern(name, "*"), name);
    assert(!fitsPattern(name, name), name);
  }
});

Deno.test("file pattern: a pattern that could be tried in many ways takes no longer", () => {
  assertFast("the pattern", 1_000, () => {
    assert(!fitsPattern("a".repeat(255), "*a".repeat(100) + "b"));
  });
});

Deno.test("file pattern: only the last part of a path is one", () => {
  assertEquals(splitPath("a/b/*.jsonc"), { folder: "a/b/", name: "*.jsonc" });
  assertEquals(splitPath("a.jsonc"), { folder: "", name: "a.jsonc" });
  assert(hasWildcard("a?"));
  assert(!hasWildcard("[a]"));
});
