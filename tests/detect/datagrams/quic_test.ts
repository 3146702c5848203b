import { assert, assertEquals } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import { quic } from "../../../src/detect/datagrams/quic.ts";
import type { Datagrams, Verdict } from "../../../src/detect/detector.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { clientHello, extension } from "../../support/client_hello.ts";
import {
  crypto,
  initial,
  piece,
  SAMPLE_ID,
  sealedPacket,
} from "../../support/quic_packets.ts";
import {
  SAMPLE_CLIENT_V1,
  SAMPLE_CLIENT_V2,
} from "../../support/quic_samples.ts";
import { assertFast } from "../../support/fast.ts";
import { be, hex, wire } from "../../support/wire.ts";

const HELLO = clientHello({
  sni: "www.example.com",
  alpn: ["h3"],
  versions: [0x0304],
});
const FACTS = {
  sni: "www.example.com",
  alpn: ["h3"],
  version: "1.3",
  quic_version: "1",
};
const LONG_HELLO = clientHello({
  sni: "www.example.com",
  alpn: ["h3"],
  versions: [0x0304],
  extensions: [extension(0xfe0d, wire(0)), extension(51, new Uint8Array(1216))],
});
const LONG_FACTS = { ...FACTS, ech: true };
const MIDDLE = 700;
const OTHER_ID = hex("f067a5502a4262b5");
const PING = wire(1);
const ACK = hex("02 00 00 00 00");
const CLOSE = hex("1c 00 00 00");

/** Two datagrams, cut as Chromium does: small pieces from both ends in each. */
const CHROMIUM = [
  initial(wire(
    ...[[46, 52], [0, 44], [45, 46]].map(([a, b]) => piece(LONG_HELLO, a!, b!)),
    PING,
    new Uint8Array(9),
    piece(LONG_HELLO, MIDDLE, LONG_HELLO.length),
    piece(LONG_HELLO, 44, 45),
    piece(LONG_HELLO, 52, 57),
  )),
  initial(
    wire(
      piece(LONG_HELLO, 163, 187),
      PING,
      piece(LONG_HELLO, 57, 163),
      piece(LONG_HELLO, 187, MIDDLE),
    ),
    { number: 1 },
  ),
];

/** A datagram of a version that nobody knows. */
function unknown(version: number, bytes = 1200): Uint8Array {
  const start = wire(0xc0, be(version, 4), 8, SAMPLE_ID, 0);
  const length = bytes - start.length - 3;
  const sealed = new Uint8Array(length).fill(0x6b);
  return wire(start, 0, be(0x4000 | length, 2), sealed);
}

testDatagramDetector(quic, {
  positive: [
    {
      name: "the sample of RFC 9001",
      datagrams: [SAMPLE_CLIENT_V1],
      facts: {
        sni: "example.com",
        alpn: ["alpn"],
        version: "1.3",
        quic_version: "1",
      },
    },
    {
      name: "the sample of RFC 9369",
      datagrams: [SAMPLE_CLIENT_V2],
      facts: {
        sni: "example.com",
        alpn: ["alpn"],
        version: "1.3",
        quic_version: "2",
      },
    },
    {
      name: "a draft",
      datagrams: [initial(crypto(0, HELLO), { version: 0xff00001d })],
      facts: { ...FACTS, quic_version: "draft-29" },
    },
    {
      name: "Facebook's version",
      datagrams: [initial(crypto(0, HELLO), { version: 0xfaceb002 })],
      facts: { ...FACTS, quic_version: "0xfaceb002" },
    },
    {
      name: "a hello without a name",
      datagrams: [initial(crypto(0, clientHello({ sni: null })))],
      facts: { version: "1.3", quic_version: "1" },
    },
    {
      name: "a name with a port",
      datagrams: [initial(crypto(
        0,
        clientHello({ sni: "www.example.com:443" }),
      ))],
      facts: { sni: "www.example.com", version: "1.3", quic_version: "1" },
    },
    {
      name: "small pieces over two datagrams",
      datagrams: CHROMIUM,
      facts: LONG_FACTS,
    },
    {
      name: "the same in the other order",
      datagrams: [...CHROMIUM].reverse(),
      facts: LONG_FACTS,
    },
    {
      name: "Initials in one datagram",
      datagrams: [wire(
        initial(wire(ACK, piece(HELLO, 40, HELLO.length)), { padTo: 0 }),
        sealedPacket(1),
        initial(piece(HELLO, 0, 40), { number: 1 }),
      )],
      facts: FACTS,
    },
    {
      name: "foreign bytes behind an Initial",
      datagrams: [wire(initial(crypto(0, HELLO)), hex("c813"))],
      facts: FACTS,
    },
    {
      name: "a SCONE packet before it",
      datagrams: [wire(
        hex("ff 6f7dc0fd 08"),
        wire(SAMPLE_ID, 0),
        initial(crypto(0, HELLO)),
      )],
      facts: FACTS,
    },
    {
      name: "a packet of an unknown version before it",
      datagrams: [wire(
        unknown(0x12345678, 60),
        initial(crypto(0, HELLO)),
      )],
      facts: FACTS,
    },
    {
      name: "0-RTT before the Initial",
      datagrams: [sealedPacket(1), initial(crypto(0, HELLO))],
      facts: FACTS,
    },
    {
      name: "a datagram that is nobody's before the rest of the hello",
      datagrams: [CHROMIUM[0]!, hex("40 01 02 03"), CHROMIUM[1]!],
      facts: LONG_FACTS,
    },
    {
      name: "the server's id in the second Initial",
      datagrams: [
        initial(piece(HELLO, 0, 30)),
        initial(piece(HELLO, 30, HELLO.length), {
          dcid: OTHER_ID,
          keyId: SAMPLE_ID,
          number: 1,
        }),
      ],
      facts: FACTS,
    },
    {
      name: "the keys of a Retry",
      datagrams: [
        initial(piece(HELLO, 0, 30)),
        initial(piece(HELLO, 0, 50), { dcid: OTHER_ID, token: wire(7, 7) }),
        initial(piece(HELLO, 50, HELLO.length), {
          dcid: OTHER_ID,
          token: wire(7, 7),
        }),
      ],
      facts: FACTS,
    },
    {
      name: "a connection that is closed before the hello is complete",
      datagrams: [
        initial(wire(piece(HELLO, 0, 30), CLOSE)),
        initial(piece(HELLO, 30, HELLO.length)),
      ],
      facts: FACTS,
    },
    {
      name: "an altered Initial before a sound one",
      datagrams: [
        initial(crypto(0, HELLO)).with(100, 0xee),
        initial(crypto(0, HELLO)),
      ],
      facts: FACTS,
    },
    {
      name: "eight datagrams",
      datagrams: Array.from(
        { length: 8 },
        (_, i) =>
          initial(piece(HELLO, 20 * i, i === 7 ? HELLO.length : 20 * i + 20)),
      ),
      facts: FACTS,
    },
    {
      name: "a version that forces negotiation, sealed as version 1",
      datagrams: [
        initial(crypto(0, HELLO), { version: 0x1a2a3a4a, sealedAs: 1 }),
      ],
      facts: { ...FACTS, quic_version: "0x1a2a3a4a" },
    },
    {
      name: "a second bit that is 0",
      datagrams: [initial(crypto(0, HELLO), { fixedBit: 0 })],
      facts: FACTS,
    },
    {
      name: "a version that forces negotiation",
      datagrams: [unknown(0xbabababa)],
      facts: { quic_version: "0xbabababa", unread: true },
    },
    {
      name: "an unknown version with other numbers for the types",
      datagrams: [unknown(0x12345678).with(0, 0xd0)],
      facts: { quic_version: "0x12345678", unread: true },
    },
    {
      name: "the draft of version 2",
      datagrams: [initial(crypto(0, HELLO), { version: 0x709a50c4 })],
      facts: { ...FACTS, quic_version: "0x709a50c4" },
    },
    {
      name: "an unknown version",
      datagrams: [unknown(0x12345678)],
      facts: { quic_version: "0x12345678", unread: true },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "a short header", datagrams: [wire(0x41, new Uint8Array(40))] },
    { name: "a Handshake packet", datagrams: [sealedPacket(2)] },
    {
      name: "an unknown version whose second bit is 0",
      datagrams: [unknown(0x12345678).with(0, 0x80)],
    },
    { name: "version negotiation", datagrams: [unknown(0)] },
    { name: "Google's QUIC", datagrams: [unknown(0x51303530)] },
    { name: "an unknown version in 1199 bytes", datagrams: [unknown(5, 1199)] },
    {
      name: "an unknown version and other bytes behind it",
      datagrams: [wire(unknown(0x12345678), 1)],
    },
    {
      name: "random bytes of the long form",
      datagrams: [new Uint8Array(1300).fill(0xd7)],
    },
    {
      name: "a header cut short",
      datagrams: [SAMPLE_CLIENT_V1.subarray(0, 1199)],
    },
  ],
  malformed: [
    {
      name: "pieces that contradict each other",
      datagrams: [
        initial(crypto(0, HELLO.subarray(0, 100))),
        initial(crypto(99, wire(HELLO[99]! ^ 1))),
      ],
      why: "two pieces of the hello differ in byte 99",
    },
    {
      name: "a frame that an Initial may not have",
      datagrams: [initial(hex("08 00"))],
      why: "an Initial contains a frame of type 0x8",
    },
    {
      name: "a broken hello",
      datagrams: [initial(crypto(0, clientHello({ sni: "a b" })))],
      why: "the SNI holds the byte 0x20",
    },
    {
      name: "another message",
      datagrams: [initial(crypto(0, wire(2, HELLO.subarray(1))))],
      why: "the CRYPTO frames contain no ClientHello",
    },
    {
      name: "an Initial that was altered",
      datagrams: [initial(crypto(0, HELLO)).with(100, 0xee)],
      why:
        "no Initial can be opened: it was altered, or belongs to a connection that began before",
    },
    {
      name: "a fourth connection in the same flow",
      datagrams: [1, 2, 3, 4].map((n) =>
        initial(n < 4 ? piece(HELLO, 0, 9) : crypto(0, HELLO), {
          dcid: be(n, 8),
        })
      ),
      why: "the ClientHello is not complete",
    },
    {
      name: "a hello that is not complete",
      datagrams: [CHROMIUM[0]!],
      why: "the ClientHello is not complete",
    },
  ],
});

Deno.test("QUIC: any cut, order, overlap and repetition of the pieces gives the same facts", () => {
  const place = fc.nat(LONG_HELLO.length);
  const extra = fc.array(fc.tuple(place, place), { maxLength: 6 });
  const cuts = fc.uniqueArray(fc.nat(LONG_HELLO.length), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, extra, fc.integer({ min: 1, max: 8 }), fc.nat(), cutCase),
    { numRuns: 300 },
  );
});

/** One case: pieces by cuts and some more, shuffled into so many Initials. */
function cutCase(
  cuts: readonly number[],
  extra: readonly (readonly [number, number])[],
  count: number,
  seed: number,
): void {
  const places = [0, ...[...cuts].sort((a, b) => a - b), LONG_HELLO.length];
  const pieces = [
    ...places.slice(1).map((to, i) => piece(LONG_HELLO, places[i]!, to)),
    ...extra.map(([a, b]) => piece(LONG_HELLO, Math.min(a, b), Math.max(a, b))),
  ];
  const random = randomOf(seed);
  const packets: Uint8Array[][] = Array.from({ length: count }, () => [PING]);
  for (const one of pieces) {
    const frames = packets[random(count)]!;
    frames.splice(random(frames.length + 1), 0, one);
  }
  const datagrams = packets.map((frames, number) =>
    initial(wire(...frames, new Uint8Array(random(5))), { number })
  );
  const expected: Verdict = { kind: "match", facts: LONG_FACTS };
  assertEquals(quic.detect(datagrams, { ended: false }), expected);
  assertEquals(oneByOne(datagrams), expected);
}

/** Shows a flow datagram by datagram, with what the detector wants back. */
function oneByOne(datagrams: Datagrams): Verdict {
  let progress: unknown;
  for (let seen = 0; seen < datagrams.length; seen++) {
    const flow = datagrams.slice(0, seen + 1);
    const verdict = quic.detect(flow, { ended: false, seen, progress });
    if (verdict.kind !== "more") return verdict;
    progress = verdict.progress;
  }
  return { kind: "more", atLeast: datagrams.length + 1 };
}

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % below;
  };
}

Deno.test("QUIC: any altered byte of an Initial leaves it unopened", () => {
  const datagram = initial(crypto(0, HELLO));
  fc.assert(
    fc.property(
      fc.nat(datagram.length - 1),
      fc.integer({ min: 1, max: 255 }),
      (at, bits) => {
        const altered = datagram.slice();
        altered[at]! ^= bits;
        const verdict = quic.detect([altered], { ended: true });
        // Of another version it may well be, but nothing is read of it.
        if (verdict.kind === "match") assert(verdict.facts.unread);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("QUIC: hostile datagrams cost no more than time by their bytes", () => {
  const id = (n: number) => be(n, 8);
  const packets = Array.from(
    { length: 1400 },
    (_, i) => wire(0xc0, be(1, 4), 8, id(i), 0, 0, 20, new Uint8Array(20)),
  );
  const same = packets.map(() => packets[0]!);
  const frames = wire(...Array.from({ length: 15000 }, () => hex("06 00 00")));
  const flows: Datagrams[] = [
    packets.slice(0, 8),
    [wire(...packets)],
    [wire(...same)],
    [initial(frames, { padTo: 0 })],
    [initial(crypto(16 * 1024 - 1, wire(1))), ...packets.slice(0, 7)],
  ];
  for (const [index, flow] of flows.entries()) {
    // Some 60 KiB; a square of the packets would take seconds.
    assertFast(`flow ${index}`, 300, () => {
      quic.detect(flow, { ended: true });
    });
  }
});

// The parts of FoxIO's q13d0310h3_55b375c5d22e_cd85d2d88918, which its programs
// print for their three captures of Chrome's QUIC.
Deno.test("QUIC: its JA4 is that of FoxIO", () => {
  const hello = clientHello({
    sni: "www.google.com",
    alpn: ["h3"],
    versions: [0x0304],
    cipherSuites: [0x1301, 0x1302, 0x1303],
    extensions: [
      extension(13, hex("0012 0403 0804 0401 0503 0805 0501 0806 0601 0201")),
      ...[10, 27, 45, 51, 57, 17513].map((type) => extension(type, wire())),
    ],
  });
  const needs = new Set(["ja4"]);
  const datagrams = [initial(crypto(0, hello))];
  const verdict = quic.detect(datagrams, { ended: false, needs });
  assert(verdict.kind === "match");
  assertEquals(verdict.facts.ja4, "q13d0310h3_55b375c5d22e_cd85d2d88918");
});
