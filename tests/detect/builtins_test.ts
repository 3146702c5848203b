import { assert, assertEquals, assertMatch } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";

for (const detector of BUILTINS) {
  Deno.test(`${detector.name} is ready for the help and the config`, () => {
    assertMatch(detector.summary, /^[A-Z].*[^.]$/);
    for (const [word, rule] of Object.entries(detector.rules)) {
      const parsed = rule.parse(rule.example);
      assert(parsed.ok, `${word} ${rule.example}`);
    }
  });

  Deno.test(`${detector.name} asks for a byte where there is none`, () => {
    for (const ended of [false, true]) {
      assertEquals(detector.detect(new Uint8Array(), { ended }), {
        kind: "more",
        atLeast: 1,
      });
    }
  });
}
