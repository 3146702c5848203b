import { assert, assertEquals } from "@std/assert";
import { mac1Key, wireguard } from "../../../src/detect/datagrams/wireguard.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { noise } from "../../support/tcp.ts";
import {
  WIREGUARD_KEYS,
  wireguardInitiation,
} from "../../support/wireguard.ts";
import { hex, wire } from "../../support/wire.ts";

const KEYS = WIREGUARD_KEYS;
const initiation = wireguardInitiation;
const needs = ["key", `key:${KEYS[0]}`, `key:${KEYS[1]}`];

testDatagramDetector(wireguard, {
  positive: [
    {
      name: "an initiation",
      datagrams: [initiation(KEYS[0]!)],
      facts: {},
    },
    {
      name: "an initiation for a server of the rules",
      datagrams: [initiation(KEYS[1]!)],
      needs,
      facts: { key: KEYS[1]! },
    },
    {
      name: "an initiation for another server",
      datagrams: [initiation(KEYS[2]!)],
      needs,
      facts: {},
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "149 bytes", datagrams: [wire(initiation(KEYS[0]!), 0)] },
    {
      name: "reserved bytes that are not 0",
      datagrams: [initiation(KEYS[0]!).with(2, 1)],
    },
    {
      name: "a response",
      datagrams: [wire(hex("02000000"), noise(88, 1))],
    },
    {
      name: "transport data",
      datagrams: [wire(hex("04000000"), noise(28, 1))],
    },
  ],
});

// By Python's hashlib.blake2s.
Deno.test("mac1Key() is the BLAKE2s of the label and the key", () => {
  assertEquals(
    mac1Key(Uint8Array.from({ length: 32 }, (_, i) => i)),
    hex("4fb2527ac956001553dc1ad9b55171b7d9daa3de1cdbcd71451830170c7e6cac"),
  );
});

Deno.test("WIREGUARD: KEY takes a key as wg prints it, and nothing else", () => {
  const { KEY } = wireguard.rules;
  const parsed = KEY!.parse(KEYS[0]!);
  assert(parsed.ok);
  assertEquals(parsed.matcher.needs, `key:${KEYS[0]}`);
  assert(parsed.matcher.test({ key: KEYS[0]! }));
  assert(!parsed.matcher.test({ key: KEYS[1]! }));
  assert(!parsed.matcher.test({}));
  for (const bad of ["", KEYS[0]!.slice(1), `${KEYS[0]}=`, "x".repeat(44)]) {
    assert(!KEY!.parse(bad).ok, bad);
  }
});

Deno.test("WIREGUARD: a hundred servers are told apart", () => {
  const keys = Array.from(
    { length: 100 },
    (_, i) => noise(32, i + 50).toBase64(),
  );
  const state = {
    ended: false,
    needs: new Set(keys.map((key) => `key:${key}`)),
  };
  for (const key of keys) {
    const verdict = wireguard.detect([initiation(key)], state);
    assertEquals(verdict, { kind: "match", facts: { key } });
  }
});
