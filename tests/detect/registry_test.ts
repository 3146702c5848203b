import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Detector } from "../../src/detect/detector.ts";
import { Registry } from "../../src/detect/registry.ts";
import { hostWord } from "../../src/detect/rule_grammar.ts";

const BASE = BUILTINS[0]!;

Deno.test("Registry takes every built-in detector", () => {
  const registry = new Registry(BUILTINS);
  assertEquals(registry.names.length, BUILTINS.length);
  assertEquals(registry.names, [...registry.names].sort());
  assertEquals(registry.detectors, BUILTINS);
  assertStrictEquals(registry.get("TLS"), BASE);
  assertEquals(registry.get("tls"), undefined);
});

Deno.test("Registry refuses a detector that is not well formed", () => {
  const refused: Record<string, Partial<Detector>> = {
    "the name is taken": { name: "TLS" },
    "the name is reserved": { name: "CATCHALL" },
    'expected a name of A-Z, 0-9 and "_"': { name: "tls" },
    'expected "maxBytes" to be a positive integer': {
      name: "X",
      maxBytes: 0,
    },
    'expected a rule word of A-Z, 0-9 and "_" other than CATCHALL, FROM, TIME':
      {
        name: "X",
        rules: { sni: hostWord("sni") },
      },
  };
  for (const [message, change] of Object.entries(refused)) {
    const registry = new Registry(BUILTINS);
    assertThrows(
      () => registry.add({ ...BASE, ...change }),
      RangeError,
      message,
    );
  }
});
