/**
 * Identification of datagrams alone: all built-in detectors over the first datagrams
 * of one flow, which come one by one.
 */
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import type { Datagrams } from "../../src/detect/detector.ts";
import { Identifier } from "../../src/detect/identify.ts";
import { clientHello, extension } from "../support/client_hello.ts";
import { initial, piece } from "../support/quic_packets.ts";
import { be, hex, vector, wire } from "../support/wire.ts";

const candidates = (isNeeded: (fact: string) => boolean) =>
  DATAGRAM_BUILTINS.map((detector) => ({
    detector,
    needs: new Set(
      Object.values(detector.rules).map(({ fact }) => fact).filter(isNeeded),
    ),
  }));

/** Without the fingerprint, which few rules ask for. */
const CANDIDATES = candidates((fact) => fact !== "ja4");
const WITH_JA4 = candidates(() => true);

/** As Chromium's: a post-quantum key share, pieces of all sizes. */
const HELLO = clientHello({
  sni: "www.example.com",
  alpn: ["h3"],
  versions: [0x0304],
  extensions: [
    extension(0xfe0d, new Uint8Array(250)),
    extension(51, new Uint8Array(1220)),
  ],
});
const PARTS = [
  [[46, 52], [0, 44], [45, 46], [1500, HELLO.length], [860, 1500], [44, 45]],
  [[163, 187], [52, 163], [187, 860]],
];
const TWO = PARTS.map((parts, number) =>
  initial(
    wire(...parts.map(([from, to]) => piece(HELLO, from!, to!)), 1),
    { number, padTo: 1250 },
  )
);
const SHORT = clientHello({ sni: "www.example.com", alpn: ["h3"] });

const FLOWS: readonly (readonly [string, Datagrams])[] = [
  ["QUIC in one datagram", [initial(piece(SHORT, 0, SHORT.length))]],
  ["QUIC in two datagrams", TWO],
  ["WireGuard", [wire(hex("01000000"), new Uint8Array(144).fill(0x5b))]],
  [
    "DNS",
    [wire(hex("1234 0100 0001 0000 0000 0000"), vector(1, wire("www")), [
      ...vector(1, wire("example")),
      0,
      ...be(1, 2),
      ...be(1, 2),
    ])],
  ],
  ["none of them", [new Uint8Array(1200).fill(0x77)]],
];

for (const [name, datagrams] of FLOWS) {
  Deno.bench(name, { group: "identify datagrams" }, () => {
    identify(CANDIDATES, datagrams);
  });
}

Deno.bench(
  "QUIC in two datagrams, with JA4",
  { group: "identify datagrams" },
  () => identify(WITH_JA4, TWO),
);

function identify(
  candidates: ConstructorParameters<typeof Identifier<Datagrams>>[0],
  datagrams: Datagrams,
): void {
  const identifier = new Identifier<Datagrams>(candidates);
  for (let count = 1; count <= datagrams.length; count++) {
    identifier.look(datagrams.slice(0, count), false);
  }
}
