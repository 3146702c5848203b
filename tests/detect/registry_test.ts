import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import {
  type DatagramDetector,
  type Detector,
  NO,
} from "../../src/detect/detector.ts";
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

Deno.test("Registry holds a detector for TCP and one for datagrams of one name", () => {
  const over: DatagramDetector = {
    name: "TLS",
    transport: "udp",
    summary: "",
    maxDatagrams: 1,
    rules: {},
    detect: () => NO,
  };
  const registry = new Registry([...BUILTINS, over, ...DATAGRAM_BUILTINS]);
  assertStrictEquals(registry.get("TLS"), BASE);
  assertStrictEquals(registry.getDatagram("TLS"), over);
  assertEquals(registry.detectors, BUILTINS);
  assertEquals(registry.datagramDetectors, [over, ...DATAGRAM_BUILTINS]);
  assertEquals(registry.datagramNames.includes("TLS"), true);
  assertEquals(new Registry(registry.all).all, registry.all);
  assertEquals(registry.getDatagram("HTTP2"), undefined);
  assertThrows(() => registry.add(over), RangeError, "the name is taken");
  assertThrows(
    () => registry.add({ ...over, name: "X", maxDatagrams: 0 }),
    RangeError,
    'expected "maxDatagrams" to be a positive integer, found 0',
  );
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
