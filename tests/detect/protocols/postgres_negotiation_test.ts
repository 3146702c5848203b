import { assertEquals } from "@std/assert";
import { BUILTINS } from "../../../src/detect/builtins.ts";
import type { Detector, Reply } from "../../../src/detect/detector.ts";
import { postgres } from "../../../src/detect/protocols/postgres.ts";
import {
  clientHello,
  helloRecord,
  records,
  sslV2Hello,
} from "../../support/client_hello.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

const OPEN = { ended: false };
const ENDED = { ended: true };
const SSL = hex("00000008 04d2162f");
const GSSENC = hex("00000008 04d21630");
const CANCEL = hex("00000010 04d2162e 00000001 09090909");

/** The detector as it is where rules test the server name. */
const byName: Detector = {
  ...postgres,
  detect: (view, state) =>
    postgres.detect(view, { needs: new Set(["sni", "alpn"]), ...state }),
};

/** A startup message. */
function startup(pairs: string): Uint8Array {
  return wire(be(9 + pairs.length, 4), hex("00030000"), pairs, 0);
}

const HELLO = helloRecord({ sni: "DB-A.example", alpn: ["postgresql"] });
const HELLO_FACTS = {
  tls: true,
  version: "1.3",
  sni: "db-a.example",
  alpn: ["postgresql"],
};

const positive: readonly PositiveSample[] = [
  {
    name: "a ClientHello behind SSLRequest",
    bytes: wire(SSL, HELLO),
    facts: HELLO_FACTS,
  },
  {
    name: "a ClientHello behind GSSENCRequest and SSLRequest",
    bytes: wire(GSSENC, SSL, HELLO),
    facts: HELLO_FACTS,
  },
  {
    name: "a ClientHello in many records",
    bytes: wire(SSL, records(clientHello({ sni: "db-a.example" }), 11)),
    facts: { tls: true, version: "1.3", sni: "db-a.example" },
  },
  {
    name: "a ClientHello without a name",
    bytes: wire(SSL, helloRecord({ sni: null })),
    facts: { tls: true, version: "1.3" },
  },
  {
    name: "an SSLv2 hello",
    bytes: wire(SSL, sslV2Hello(0x0303)),
    facts: { tls: true, version: "1.2" },
  },
  {
    name: "a startup message behind GSSENCRequest",
    bytes: wire(GSSENC, startup("user\0al\0database\0shop\0")),
    facts: { user: "al", database: "shop" },
  },
  {
    name: "a request to cancel behind GSSENCRequest",
    bytes: wire(GSSENC, CANCEL),
    facts: { cancel: true },
  },
  {
    name: "a startup message behind SSLRequest, of which nothing is learnt",
    bytes: wire(SSL, startup("user\0root\0database\0shop\0")),
    facts: { tls: true },
  },
  {
    name: "a startup message behind both, of which nothing is learnt",
    bytes: wire(GSSENC, SSL, startup("user\0root\0")),
    facts: { tls: true },
  },
  {
    name: "a GSSAPI token behind GSSENCRequest",
    bytes: wire(GSSENC, be(300, 4), hex("6082")),
    facts: { tls: true },
  },
  {
    name: "a startup message",
    bytes: startup("user\0al\0"),
    facts: { user: "al", database: "al" },
  },
  { name: "a request to cancel", bytes: CANCEL, facts: { cancel: true } },
];

const negative: readonly Sample[] = [
  { name: "another code", bytes: hex("00000008 04d21631") },
  { name: "TLS", bytes: HELLO },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "junk behind SSLRequest",
    bytes: wire(SSL, "junk"),
    why: "no ClientHello follows SSLRequest",
  },
  {
    name: "another TLS record behind SSLRequest",
    bytes: wire(SSL, hex("1703010002 0100")),
    why: "no ClientHello follows SSLRequest",
  },
  {
    name: "junk behind GSSENCRequest",
    bytes: wire(GSSENC, "junk"),
    why: "no PostgreSQL message follows GSSENCRequest",
  },
  {
    name: "two GSSENCRequests",
    bytes: wire(GSSENC, GSSENC, SSL),
    why: "GSSENCRequest is repeated",
  },
  {
    name: "a ClientHello with a NUL in its name",
    bytes: wire(SSL, helloRecord({ sni: wire("a", 0, "b") })),
    why: "the SNI holds the byte 0x00",
  },
  {
    name: "a broken startup message behind GSSENCRequest",
    bytes: wire(GSSENC, startup("user\0shop\0\0")),
    why: "a name is empty",
  },
];

testDetector(byName, { positive, negative, malformed, partial: true });

/** The reply that a detector says the client waits for. */
function replyTo(view: Uint8Array, state = OPEN): Reply | undefined {
  const verdict = byName.detect(view, state);
  return verdict.kind === "more" ? verdict.reply : undefined;
}

Deno.test("POSTGRES: S is the reply to SSLRequest, which the target must give as well", () => {
  const S = wire("S");
  const expected = { bytes: S, request: "SSLRequest", promise: "TLS" };
  assertEquals(replyTo(SSL), { ...expected, after: 0 });
  assertEquals(replyTo(wire(GSSENC, SSL)), { ...expected, after: 8 });
});

Deno.test("POSTGRES: N is the reply to GSSENCRequest, and promises nothing", () => {
  const expected = { bytes: wire("N"), request: "GSSENCRequest", after: 0 };
  assertEquals(replyTo(GSSENC), expected);
});

Deno.test("POSTGRES: there is a reply to whole requests only, and none at the end", () => {
  const opening = wire(GSSENC, SSL, HELLO);
  const lengths = Array.from({ length: opening.length }, (_, i) => i);
  assertEquals(
    lengths.filter((length) => replyTo(opening.subarray(0, length))),
    [8, 16],
  );
  assertEquals(replyTo(SSL, ENDED), undefined);
});

Deno.test("POSTGRES: at the end a request is a match without a name, a part of a hello is none", () => {
  const nameless = { kind: "match", facts: { tls: true } } as const;
  for (const requests of [SSL, GSSENC, wire(GSSENC, SSL)]) {
    assertEquals(byName.detect(requests, ENDED), nameless);
  }
  for (let length = 1; length < HELLO.length; length++) {
    const part = wire(SSL, HELLO.subarray(0, length));
    assertEquals(byName.detect(part, ENDED).kind, "more", `${length} bytes`);
  }
});

Deno.test("POSTGRES: without a rule for SNI or ALPN the request alone matches, and has no reply", () => {
  for (const needs of [undefined, new Set(["user", "database", "tls"])]) {
    for (const request of [SSL, GSSENC, wire(SSL, HELLO)]) {
      const state = { ...OPEN, ...(needs === undefined ? {} : { needs }) };
      const verdict = postgres.detect(request, state);
      assertEquals(verdict, { kind: "match", facts: { tls: true } });
    }
  }
});

Deno.test("POSTGRES: no other built-in detector keeps a client waiting that waits for a reply", () => {
  for (const { name, detect } of BUILTINS) {
    if (name === postgres.name) continue;
    for (const request of [SSL, GSSENC, wire(GSSENC, SSL)]) {
      assertEquals(detect(request, OPEN).kind, "no", name);
    }
  }
});
