/** A fact in doubt refuses a client only where a rule tests it. */
import { assertEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { helloRecord } from "../support/client_hello.ts";
import { literals, opening, request } from "../support/http2_frames.ts";
import { be, hex, vector, wire } from "../support/wire.ts";

/** A startup message of PostgreSQL. */
function startup(pairs: string): Uint8Array {
  const body = wire(be(0x00030000, 4), pairs, 0);
  return wire(be(body.length + 4, 4), body);
}

/** A handshake of Minecraft. */
function handshake(address: string): Uint8Array {
  return vector(1, wire(0, 47, vector(1, wire(address)), be(25565, 2), 1));
}

/** A CONNECT of MQTT 3.1.1. */
function connect(id: string): Uint8Array {
  return wire(
    0x10,
    vector(1, wire(vector(2, wire("MQTT")), 4, 2, 0, 60, vector(2, wire(id)))),
  );
}

/** A request to Git's daemon. */
function gitRequest(text: string): Uint8Array {
  const length = (text.length + 4).toString(16).padStart(4, "0");
  return wire(length, text);
}

/** Openings by detector: the bytes, the fact in doubt, why. */
const IN_DOUBT: readonly (readonly [string, Uint8Array, string, string])[] = [
  [
    "TLS",
    helloRecord({ sni: "app.example.com:443" }),
    "sni",
    'the SNI holds ":"',
  ],
  [
    "HTTP",
    wire("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    "host",
    'the host holds "@"',
  ],
  [
    "HTTP",
    wire("GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n"),
    "path",
    "the path contains an escaped slash",
  ],
  [
    "HTTP2",
    opening(literals(request("a b"))),
    "host",
    "the host holds the byte 0x20",
  ],
  [
    "POSTGRES",
    startup("user\0a\nb\0"),
    "user",
    "the user contains a control byte",
  ],
  [
    "POSTGRES",
    startup("user\0a\0database\0b\0database\0c\0"),
    "database",
    "there are two names for the database",
  ],
  ["MQTT", connect("a\0"), "client_id", "the client id contains a NUL byte"],
  ["AMQP", wire("AMQP", 0, 1, 2, 3), "version", "the version is unknown"],
  [
    "XMPP",
    wire(
      "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' to='a b'>",
    ),
    "host",
    "the host holds the byte 0x20",
  ],
  ["MINECRAFT", handshake("a b"), "host", "the address holds the byte 0x20"],
  [
    "RTSP",
    wire("DESCRIBE rtsp://a:b/ RTSP/1.0\r\n"),
    "host",
    "the host has a bad port",
  ],
  [
    "SIP",
    wire("INVITE sip:a@b:c SIP/2.0\r\n"),
    "host",
    "the host has a bad port",
  ],
  [
    "GIT",
    gitRequest("git-upload-pack /a\0host=a b\0"),
    "host",
    "the host holds the byte 0x20",
  ],
  [
    "GIT",
    gitRequest("git-upload-pack /a\x01\0host=a\0"),
    "path",
    "the path contains an invalid byte",
  ],
  [
    "SOCKS",
    wire(hex("04 01 0050 00000001 00"), "a/b\0"),
    "host",
    'the host holds "/"',
  ],
];

for (const [name, bytes, fact, why] of IN_DOUBT) {
  Deno.test(`${name}: ${why}: that refuses nobody where no rule tests it`, () => {
    const detector = BUILTINS.find((detector) => detector.name === name)!;
    const of = (...needs: string[]) =>
      detector.detect(bytes, { ended: false, needs: new Set(needs) });
    assertEquals(of(fact), { kind: "malformed", why });
    const verdict = of("another");
    assertEquals(verdict.kind, "match");
    assertEquals(verdict.kind === "match" && fact in verdict.facts, false);
  });
}

Deno.test("XMPP: to='.' names no domain", () => {
  const xmpp = BUILTINS.find(({ name }) => name === "XMPP")!;
  const header = wire(
    "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' to='.'>",
  );
  const needs = new Set(["host"]);
  assertEquals(xmpp.detect(header, { ended: false, needs }), {
    kind: "match",
    facts: {},
  });
});
