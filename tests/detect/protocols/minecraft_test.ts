import { assert, assertEquals } from "@std/assert";
import { minecraft } from "../../../src/detect/protocols/minecraft.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

const FORGE = "\0FML2\0";
/** What a proxy of a network puts behind the address. */
const FORWARDED = "\x00203.0.113.7\0" + "0123456789abcdef".repeat(2) +
  '\0[{"name":"textures","value":"' + "x".repeat(600) + '"}]';

const positive: readonly PositiveSample[] = [
  {
    name: "a login, and its next packet",
    bytes: wire(handshake({}), 0x0c, 0, 10, "Player1102"),
    facts: { host: "mc.example.net", version: "763", next_state: "login" },
  },
  {
    name: "a status request, and its next packet",
    bytes: wire(handshake({ version: 47, state: 1 }), 1, 0),
    facts: { host: "mc.example.net", version: "47", next_state: "status" },
  },
  {
    name: "a transfer",
    bytes: handshake({ state: 3 }),
    facts: { host: "mc.example.net", version: "763", next_state: "transfer" },
  },
  {
    name: "version -1 of tools that only want the status",
    bytes: handshake({ version: 0xffffffff, state: 1 }),
    facts: { host: "mc.example.net", version: "-1", next_state: "status" },
  },
  {
    name: "the version of a snapshot",
    bytes: handshake({ version: 0x40000001 }),
    facts: {
      host: "mc.example.net",
      version: "1073741825",
      next_state: "login",
    },
  },
  {
    name: "Forge's mark and a trailing dot",
    bytes: handshake({ address: "MC.Example.net." + FORGE }),
    facts: { host: "mc.example.net", version: "763", next_state: "login" },
  },
  {
    name: "an address that a proxy has put the player into",
    bytes: handshake({ address: "mc.example.net" + FORWARDED }),
    facts: { host: "mc.example.net", version: "763", next_state: "login" },
  },
  {
    name: "an address with a filter's mark",
    bytes: handshake({ address: "mc.example.net///203.0.113.7:1///1700" }),
    facts: { host: "mc.example.net", version: "763", next_state: "login" },
  },
  {
    name: "an IPv6 address",
    bytes: handshake({ address: "2001:DB8::1" }),
    facts: { host: "2001:db8::1", version: "763", next_state: "login" },
  },
  {
    name: "an address with a port",
    bytes: handshake({ address: "mc.example.net:25565" }),
    facts: { host: "mc.example.net", version: "763", next_state: "login" },
  },
  {
    name: "a scanner without an address",
    bytes: handshake({ address: "", state: 1 }),
    facts: { version: "763", next_state: "status" },
  },
  {
    name: "a length of 254, which starts like a ping",
    bytes: handshake({ address: "a.b" + "\0".repeat(244), version: 0 }),
    facts: { host: "a.b", version: "0", next_state: "login" },
  },
  {
    name: "the ping of 1.6",
    bytes: ping({}),
    facts: { host: "mc.example.net", version: "74", next_state: "status" },
  },
  {
    name: "the ping of 1.6 without a host",
    bytes: ping({ host: "" }),
    facts: { version: "74", next_state: "status" },
  },
  {
    name: "the login of 1.6",
    bytes: login({}),
    facts: { host: "mc.example.net", version: "78", next_state: "login" },
  },
];

const negative: readonly Sample[] = [
  { name: "HTTP", bytes: wire("GET / HTTP/1.1\r\n\r\n") },
  { name: "TLS", bytes: hex("16 03 01 00 05 01") },
  { name: "MQTT", bytes: wire(0x10, 12, 0, 4, "MQTT", 4, 2, 0, 60, 0, 0) },
  { name: "Telnet", bytes: hex("ff fc") },
  { name: "an empty packet", bytes: hex("00 00") },
  { name: "a packet id of 1", bytes: hex("10 01") },
  { name: "a packet that is too short", bytes: hex("05 00") },
  { name: "a packet that is too long", bytes: hex("80 80 02 00") },
  { name: "a length of four bytes", bytes: hex("ff ff ff 01") },
  { name: "a version of six bytes", bytes: hex("10 00 ff ff ff ff ff 01") },
  { name: "next state 0", bytes: handshake({ state: 0 }) },
  { name: "next state 4", bytes: handshake({ state: 4 }) },
  {
    name: "an address that goes past the packet",
    bytes: hex("10 00 2f 0b 31 32 37 2e 30 2e 30 2e 31 9b 47 02"),
  },
  {
    name: "an address that ends before the packet does",
    bytes: hex("10 00 2f 08 31 32 37 2e 30 2e 30 2e 31 9b 47 02"),
  },
  {
    name: "Modbus, transaction 1536",
    bytes: hex("06 00 00 00 00 06 01 03 00 00 00 0a"),
  },
  { name: "OpenFlow 1.5", bytes: hex("06 00 00 10 00 00 00 05") },
  { name: "DCE/RPC", bytes: hex("05 00 0b 03 10 00 00 00") },
  { name: "a MongoDB message of 510 bytes", bytes: hex("fe 01 00 00 01 00") },
  { name: "World of Warcraft", bytes: wire("0\0WORLD OF WARCRAFT") },
  { name: "a ping of another plugin", bytes: hex("fe 01 fb") },
  { name: "a ping whose lengths differ", bytes: ping({ rest: 8 }) },
  {
    name: "a ping whose host is not ASCII",
    bytes: wire(ping({}).subarray(0, 32), 1, 0, 0, 0, 0, 0, 0),
  },
  { name: "a login of version 38", bytes: hex("02 26") },
  { name: "a login without a user", bytes: login({ user: "" }) },
  { name: "a login of a long user", bytes: login({ user: "a".repeat(17) }) },
  { name: "a login of a user with a space", bytes: login({ user: "a b" }) },
  { name: "a login for a long host", bytes: login({ host: "a".repeat(256) }) },
  { name: "a TDS login", bytes: hex("02 00 02 00 00 00 01 00") },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "an address with a space",
    bytes: handshake({ address: "mc example" }),
    why: "the address holds the byte 0x20",
  },
  {
    name: "an address with a bad port",
    bytes: handshake({ address: "mc.example.net:x" }),
    why: "the address has a bad port",
  },
  {
    name: "a ping with an address of two dots",
    bytes: ping({ host: "mc..net" }),
    why: "the address has an empty label",
  },
];

testDetector(minecraft, { positive, negative, malformed });

Deno.test("MINECRAFT: a short ping counts when nothing follows", () => {
  for (const text of ["fe", "fe 01", "fe 01 fa"]) {
    const view = hex(text);
    const open = minecraft.detect(view, { ended: false });
    assertEquals(open, { kind: "more", atLeast: view.length + 1 });
    assertEquals(minecraft.detect(view, { ended: true }), {
      kind: "match",
      facts: { next_state: "status" },
    });
  }
  const cut = ping({}).subarray(0, 20);
  assertEquals(minecraft.detect(cut, { ended: true }).kind, "more");
});

Deno.test("MINECRAFT: asks for the whole packet once it knows the length", () => {
  const view = handshake({});
  const verdict = minecraft.detect(view.subarray(0, 6), { ended: false });
  assertEquals(verdict, { kind: "more", atLeast: view.length });
});

Deno.test("MINECRAFT: HOST takes the host without what mods put behind it", () => {
  const parsed = minecraft.rules.HOST!.parse("*.example.net");
  assert(parsed.ok);
  const view = handshake({ address: "Mc.Example.NET" + FORGE });
  const verdict = minecraft.detect(view, { ended: false });
  assert(verdict.kind === "match" && parsed.matcher.test(verdict.facts));
});

/** A handshake since 1.7. */
function handshake(
  { address = "mc.example.net", version = 763, state = 2 }: {
    address?: string;
    version?: number;
    state?: number;
  },
): Uint8Array {
  const body = wire(
    0,
    varInt(version),
    varInt(address.length),
    address,
    be(25565, 2),
    state,
  );
  return wire(varInt(body.length), body);
}

/** The ping of 1.6. */
function ping(
  { host = "mc.example.net", rest = 7 }: { host?: string; rest?: number },
): Uint8Array {
  const end = wire(74, utf16(host), be(25565, 4));
  return wire(
    hex("fe 01 fa"),
    utf16("MC|PingHost"),
    be(rest + 2 * host.length, 2),
    end,
  );
}

/** The login of 1.6. */
function login(
  { user = "Steve", host = "mc.example.net" }: { user?: string; host?: string },
): Uint8Array {
  return wire(2, 78, utf16(user), utf16(host), be(25565, 4));
}

function utf16(text: string): Uint8Array {
  return wire(
    be(text.length, 2),
    Array.from(text).flatMap((letter) => [0, letter.charCodeAt(0)]),
  );
}

function varInt(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; left > 0x7f; left = Math.floor(left / 128)) {
    bytes.push((left % 128) | 0x80);
  }
  return [...bytes, Math.floor(value / 128 ** bytes.length)];
}

Deno.test("MINECRAFT: the samples' VarInts are what they should be", () => {
  assertEquals(varInt(763), [0xfb, 5]);
  assertEquals(varInt(0xffffffff), [0xff, 0xff, 0xff, 0xff, 0x0f]);
});
