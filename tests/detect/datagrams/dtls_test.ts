import { assertEquals } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import { dtls } from "../../../src/detect/datagrams/dtls.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import {
  alpnList,
  clientHello,
  extension,
  serverNames,
} from "../../support/client_hello.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const DTLS_1_0 = 0xfeff;
const DTLS_1_2 = 0xfefd;
const DTLS_1_3 = 0xfefc;

/** The body of a hello. */
function hello({
  version = DTLS_1_2,
  cookie = wire(),
  extensions = [
    extension(0, serverNames("www.example.com")),
    extension(16, alpnList("webrtc", "c-webrtc")),
  ] as readonly Uint8Array[],
} = {}): Uint8Array {
  return wire(
    be(version, 2),
    new Uint8Array(32).fill(7),
    vector(1, wire()),
    vector(1, cookie),
    vector(2, hex("c02b c02f 1301")),
    vector(1, wire(0)),
    vector(2, wire(...extensions)),
  );
}

/** A record with a fragment of a hello. */
function record(
  body: Uint8Array,
  { from = 0, to = body.length, number = 0, version = DTLS_1_2 } = {},
): Uint8Array {
  const fragment = body.subarray(from, to);
  const message = wire(
    wire(1, be(body.length, 3), be(number, 2)),
    wire(be(from, 3), vector(3, fragment)),
  );
  return wire(0x16, be(version, 2), new Uint8Array(8), vector(2, message));
}

const HELLO = hello();
const FACTS = {
  sni: "www.example.com",
  alpn: ["webrtc", "c-webrtc"],
  version: "1.2",
};
const SUPPORTED = extension(
  43,
  vector(1, wire(be(DTLS_1_3, 2), be(DTLS_1_2, 2))),
);

testDatagramDetector(dtls, {
  positive: [
    { name: "a hello", datagrams: [record(HELLO)], facts: FACTS },
    {
      name: "a hello with a cookie",
      datagrams: [
        record(hello({ cookie: new Uint8Array(20).fill(9) }), { number: 1 }),
      ],
      facts: FACTS,
    },
    {
      name: "fragments in one datagram",
      datagrams: [wire(record(HELLO, { to: 50 }), record(HELLO, { from: 50 }))],
      facts: FACTS,
    },
    {
      name: "fragments over two datagrams, the second one first",
      datagrams: [record(HELLO, { from: 50 }), record(HELLO, { to: 60 })],
      facts: FACTS,
    },
    {
      name: "a fragment of the first hello, then the second hello",
      datagrams: [
        record(HELLO, { to: 50 }),
        record(hello({ cookie: wire(1, 2) }), { number: 1 }),
      ],
      facts: FACTS,
    },
    {
      name: "DTLS 1.0",
      datagrams: [
        record(hello({ version: DTLS_1_0, extensions: [] }), {
          version: DTLS_1_0,
        }),
      ],
      facts: { version: "1.0" },
    },
    {
      name: "what OpenSSL had before the standard",
      datagrams: [
        record(hello({ version: 0x0100, extensions: [] }), { version: 0x0100 }),
      ],
      facts: { version: "1.0" },
    },
    {
      name: "DTLS 1.3 with ECH",
      datagrams: [
        record(hello({ extensions: [SUPPORTED, extension(0xfe0d, wire(0))] })),
      ],
      facts: { version: "1.3", ech: true },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "TLS", datagrams: [wire(0x16, 3, 1, vector(2, clientHello()))] },
    { name: "a later epoch", datagrams: [record(HELLO).with(4, 1)] },
    { name: "application data", datagrams: [record(HELLO).with(0, 0x17)] },
    { name: "a server's hello", datagrams: [record(HELLO).with(13, 2)] },
    { name: "a third message", datagrams: [record(HELLO, { number: 2 })] },
    { name: "a record cut short", datagrams: [record(HELLO).subarray(0, 80)] },
    {
      name: "a fragment that ends behind its message",
      datagrams: [record(HELLO).with(21, 1)],
    },
  ],
  malformed: [
    {
      name: "fragments that contradict each other",
      datagrams: [
        record(HELLO, { to: 50 }),
        record(HELLO.with(40, 0xee), { from: 30 }),
      ],
      why: "two pieces of the hello differ in byte 44",
    },
    {
      name: "a broken name",
      datagrams: [
        record(hello({ extensions: [extension(0, serverNames("a b"))] })),
      ],
      why: "the SNI holds the byte 0x20",
    },
    {
      name: "half a hello",
      datagrams: [record(HELLO, { to: 50 })],
      why: "the ClientHello is not complete",
    },
  ],
});

Deno.test("DTLS: any cut and order of the fragments gives the same facts", () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: HELLO.length - 1 }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(cuts, fc.infiniteStream(fc.nat(3)), (cuts, places) => {
      const ends = [0, ...[...cuts].sort((a, b) => a - b), HELLO.length];
      const datagrams: Uint8Array[] = [wire(), wire(), wire(), wire()];
      for (let i = 1; i < ends.length; i++) {
        const place = places.next().value!;
        const one = record(HELLO, { from: ends[i - 1]!, to: ends[i]! });
        datagrams[place] = wire(one, datagrams[place]!);
      }
      const flow = datagrams.filter(({ length }) => length > 0);
      assertEquals(dtls.detect(flow, { ended: false }), {
        kind: "match",
        facts: FACTS,
      });
    }),
  );
});

// The values are those of FoxIO's description: d2 is DTLS 1.2, d3 is 1.3.
Deno.test("DTLS: its JA4 begins with d and the version of DTLS", () => {
  const start = (body: Uint8Array) => {
    const needs = new Set(["ja4"]);
    const verdict = dtls.detect([record(body)], { ended: false, needs });
    return verdict.kind === "match"
      ? String(verdict.facts.ja4).slice(0, 10)
      : "";
  };
  assertEquals(start(HELLO), "dd2d0302wc");
  assertEquals(start(hello({ extensions: [SUPPORTED] })), "dd3i030100");
});
