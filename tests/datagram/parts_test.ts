/** Small parts of the datagram plane that need no socket. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { negotiationOf, rejectionOf } from "../../src/datagram/answers.ts";
import { HeldDatagrams } from "../../src/datagram/held_datagrams.ts";
import { cachedNames } from "../../src/datagram/name_cache.ts";
import { SilencedClients } from "../../src/datagram/silenced.ts";
import { CONNECTION_CLOSE } from "../../src/detect/quic/frames.ts";
import { readLongPacket } from "../../src/detect/quic/header.ts";
import { InitialKeys } from "../../src/detect/quic/initial_keys.ts";
import { quicVersion } from "../../src/detect/quic/version.ts";
import { SAMPLE_ID } from "../support/quic_packets.ts";
import { SAMPLE_CLIENT_V1 } from "../support/quic_samples.ts";
import { be, hex } from "../support/wire.ts";

Deno.test("HeldDatagrams: holds copies of 8 datagrams or 16 KiB, in order, each whole", () => {
  const held = new HeldDatagrams();
  const buffer = new Uint8Array([1]);
  assert(held.add(buffer));
  buffer[0] = 2;
  for (let n = 1; n < 8; n++) assert(held.add(buffer));
  assert(held.isFull && !held.add(buffer));
  assertEquals(held.shift(), new Uint8Array([1]));
  assertEquals([held.bytes, held.all.length], [7, 7]);

  const large = new HeldDatagrams();
  assert(large.add(new Uint8Array(60_000)));
  assert(large.isFull && !large.add(buffer));
});

Deno.test("SilencedClients: who was refused is told again a few times, for five seconds", () => {
  const clients = new SilencedClients();
  const answer = new Uint8Array([1]);
  clients.add("a", answer, 0);
  clients.add("b", null, 0);
  assertEquals(clients.get("c", 1), null);
  const told = Array.from({ length: 6 }, () => clients.get("a", 1)?.answer);
  assertEquals(told, [answer, answer, answer, null, null, null]);
  assertEquals(clients.get("b", 4_999)?.answer, null);
  assertEquals(clients.get("b", 5_000), null);
});

Deno.test("SilencedClients: only so many are remembered", () => {
  const clients = new SilencedClients();
  for (let n = 0; n < 5_000; n++) clients.add(String(n), null, 0);
  assertEquals(clients.get("0", 1), null);
  assert(clients.get("4999", 1) !== null);
});

Deno.test("rejectionOf: QUIC gets a CONNECTION_CLOSE with alert 112 in an Initial", () => {
  const answer = rejectionOf({ kind: "tls_alert" }, "QUIC", [SAMPLE_CLIENT_V1]);
  assertEquals(answer?.text, "tls_alert");
  const packet = readLongPacket(answer!.bytes)!;
  assertEquals([packet.type, packet.scid], ["initial", SAMPLE_ID]);
  const keys = new InitialKeys(quicVersion(1)!, SAMPLE_ID, "server");
  const frames = keys.open(answer!.bytes, packet)!;
  // Type, and the code as an integer of two bytes: 0x0170.
  assertEquals(frames.subarray(0, 3), hex("1c 41 70"));
  assertEquals(frames[0], CONNECTION_CLOSE);
});

Deno.test("rejectionOf: a DNS query comes back with RCODE 5", () => {
  const query = hex(
    "1234 0120 0001 0000 0000 0001 0161076578616d706c6500 0001 0001 00002904d0000000000000",
  );
  const answer = rejectionOf({ kind: "refused" }, "DNS", [query]);
  assertEquals(
    answer?.bytes,
    hex("1234 8105 0001 0000 0000 0000 0161076578616d706c6500 0001 0001"),
  );
});

Deno.test("rejectionOf: silence where nothing else is said, or it would not be understood", () => {
  const datagrams = [SAMPLE_CLIENT_V1];
  assertEquals(rejectionOf(undefined, "QUIC", datagrams), null);
  assertEquals(rejectionOf({ kind: "tls_alert" }, "DNS", datagrams), null);
  assertEquals(rejectionOf({ kind: "refused" }, "QUIC", datagrams), null);
});

Deno.test("negotiationOf: an unknown version in 1200 bytes is told of version 1", () => {
  const unknown = SAMPLE_CLIENT_V1.slice();
  unknown.set(hex("1a2a3a4a"), 1);
  const { bytes } = negotiationOf(unknown)!;
  assertEquals(bytes.subarray(1, 5), be(0, 4));
  assertEquals(bytes.subarray(bytes.length - 4), be(1, 4));
  assertEquals(negotiationOf(unknown.subarray(0, 1199)), null);
  unknown.set(be(0, 4), 1);
  assertEquals(negotiationOf(unknown), null);
});

Deno.test("cachedNames: a name is looked up once in five seconds, a bad one in one", async () => {
  let now = 0;
  let asked = 0;
  const names = cachedNames((hostname) => {
    asked++;
    return hostname === "bad"
      ? Promise.reject(new Error("no"))
      : Promise.resolve(`192.0.2.${asked}`);
  }, () => now);
  assertEquals(
    await Promise.all([names("a"), names("a")]),
    ["192.0.2.1", "192.0.2.1"],
  );
  now = 5_000;
  assertEquals(await names("a"), "192.0.2.2");
  await assertRejects(() => names("bad"));
  await assertRejects(() => names("bad"));
  assertEquals(asked, 3);
  now = 6_000;
  await assertRejects(() => names("bad"));
  assertEquals(asked, 4);
});
