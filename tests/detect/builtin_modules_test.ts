import { assert, assertEquals, assertThrows } from "@std/assert";
import { exportedDetector, isBuiltIn } from "../../src/detect/built_in.ts";
import {
  builtinModule,
  loadBuiltins,
} from "../../src/detect/builtin_modules.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";

Deno.test("every built-in detector can be loaded by its name", async () => {
  const all = [...BUILTINS, ...DATAGRAM_BUILTINS];
  const loaded = await loadBuiltins(all.map(({ name }) => name));
  assertEquals(new Set(loaded), new Set(all));
  assertEquals(loaded.length, all.length);
  assert(loaded.every(isBuiltIn));
});

Deno.test("only those that are named are loaded, and words that are no names are passed over", async () => {
  const words = ["SNI", "SSH", "CATCHALL", "toString", "DNS", "SSH"];
  const loaded = await loadBuiltins(words);
  assertEquals(
    loaded.map(({ name, transport = "tcp" }) => [name, transport]),
    [["SSH", "tcp"], ["DNS", "tcp"], ["DNS", "udp"]],
  );
});

Deno.test("the module of every built-in detector for TCP is where a worker looks for it", async () => {
  for (const detector of BUILTINS) {
    const exported = await import(builtinModule(detector.name)!.href);
    assertEquals(exportedDetector(detector.name, exported), detector);
  }
  assertEquals(builtinModule("QUIC"), null);
  assertEquals(builtinModule("constructor"), null);
  assertThrows(() => exportedDetector("SSH", { ssh: 1 }), TypeError, "SSH");
});
