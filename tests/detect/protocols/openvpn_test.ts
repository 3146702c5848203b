import { assertEquals } from "@std/assert";
import { dns } from "../../../src/detect/protocols/dns.ts";
import { openvpn } from "../../../src/detect/protocols/openvpn.ts";
import {
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const OPEN = { ended: false };
const SESSION = hex("50 7a 28 a7 82 75 78 8d");
const FIRST = hex("00000001");
const TIME = hex("63cf4ff5");
const RESET = hex("00 00000000");

/** Bytes that stand for an HMAC, a tag, a key. */
function secret(length: number): Uint8Array {
  return new Uint8Array(length).fill(0xb8);
}

/** A packet of such parts behind its length. */
function packet(...parts: readonly (Uint8Array | number)[]): Uint8Array {
  return vector(2, wire(...parts));
}

/** A reset under tls-auth. */
function tlsAuth(hmacBytes: number, opcode = 0x38): Uint8Array {
  return packet(opcode, SESSION, secret(hmacBytes), FIRST, TIME, RESET);
}

/** A reset under tls-crypt-v2, whose wrapped key says its length. */
function tlsCryptV2(keyBytes: number, said = keyBytes): Uint8Array {
  return packet(
    ...[0x50, SESSION, hex("0f000001"), TIME, secret(32), secret(5)],
    ...[secret(keyBytes - 2), be(said, 2)],
  );
}

const PLAIN = packet(0x38, SESSION, RESET);
const TLS_CRYPT = packet(0x38, SESSION, FIRST, TIME, secret(32), secret(5));

const positive: readonly PositiveSample[] = [
  { name: "no guard", bytes: PLAIN, facts: { opcode: 7 } },
  {
    name: "packets behind the first",
    bytes: wire(PLAIN, packet(0x28, SESSION, secret(13))),
    facts: { opcode: 7 },
  },
  ...[16, 20, 28, 32, 48, 64].map((hmacBytes) => ({
    name: `tls-auth with an HMAC of ${hmacBytes} bytes`,
    bytes: tlsAuth(hmacBytes),
    facts: { opcode: 7 },
  })),
  {
    name: "key method 1",
    bytes: packet(0x08, SESSION, RESET),
    facts: { opcode: 1 },
  },
  {
    name: "key method 1 under tls-auth",
    bytes: tlsAuth(20, 0x08),
    facts: { opcode: 1 },
  },
  { name: "tls-crypt", bytes: TLS_CRYPT, facts: { opcode: 7 } },
  { name: "tls-crypt-v2", bytes: tlsCryptV2(299), facts: { opcode: 10 } },
  {
    name: "tls-crypt-v2 with the longest key",
    bytes: tlsCryptV2(1024),
    facts: { opcode: 10 },
  },
];

const negative: readonly Sample[] = [
  { name: "a long packet", bytes: hex("05") },
  { name: "another length", bytes: hex("000f") },
  { name: "a length between the two kinds", bytes: hex("0100") },
  { name: "the longest length and one", bytes: hex("0437") },
  { name: "a server's reset", bytes: hex("000e 40") },
  { name: "key method 1 at the length of tls-crypt", bytes: hex("0036 08") },
  { name: "another key id", bytes: hex("000e 39") },
  { name: "version 3 at a length of version 2", bytes: hex("000e 50") },
  { name: "version 2 at a length of version 3", bytes: hex("0160 38") },
  { name: "no session id", bytes: packet(0x38, new Uint8Array(8), RESET) },
  { name: "an acknowledgement", bytes: PLAIN.with(11, 1) },
  { name: "another packet id", bytes: PLAIN.with(15, 1) },
  { name: "another counter", bytes: tlsAuth(20).with(34, 2) },
  { name: "a tail that is not NUL", bytes: tlsAuth(20).with(-1, 2) },
  { name: "another counter of tls-crypt", bytes: TLS_CRYPT.with(14, 2) },
  { name: "a key of another length", bytes: tlsCryptV2(299, 298) },
  { name: "obfuscated traffic", bytes: hex("0056 4c 3d333339") },
];

testDetector(openvpn, { positive, negative });

Deno.test("OPENVPN: asks for the whole packet", () => {
  const verdict = openvpn.detect(tlsAuth(20).subarray(0, 11), OPEN);
  assertEquals(verdict, { kind: "more", atLeast: 44 });
});

Deno.test("OPENVPN: a DNS query of the same length and opcode is DNS", () => {
  // One label of one letter: the counts and it read like a first packet.
  const query = vector(
    2,
    wire(
      hex("3807 0100 0001 0000 0000 0000"),
      vector(1, wire("a")),
      vector(1, wire("b".repeat(32))),
      vector(1, wire("c")),
      hex("00 0001 0001"),
    ),
  );
  assertEquals(query.length, 2 + 54);
  assertEquals(openvpn.detect(query, OPEN).kind, "no");
  assertEquals(dns.detect(query, OPEN).kind, "match");
  assertEquals(dns.detect(TLS_CRYPT, OPEN).kind, "no");
});
