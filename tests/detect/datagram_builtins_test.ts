/** What must hold for every detector for datagrams that comes with passthru. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import type { DatagramDetector } from "../../src/detect/detector.ts";
import { assertFast } from "../support/fast.ts";
import { OPENINGS } from "../support/openings.ts";
import { initial } from "../support/quic_packets.ts";
import { hex, wire } from "../support/wire.ts";

/** So many that what the runtime allocates for itself is little beside them. */
const CALLS = 150_000;
const ROUNDS = 7;
/** The smallest object has 12 bytes; a stray one of the runtime's is borne. */
const MAX_BYTES_A_CALL = 4;
const MAX_MS = 300;
const STATE = { ended: false };

/** The openings of TCP, and every first byte at several lengths. */
const FLOWS: readonly (readonly [Uint8Array])[] = [
  ...Object.values(OPENINGS),
  ...[3, 64, 1300].flatMap((length) =>
    Array.from({ length: 256 }, (_, byte) => new Uint8Array(length).fill(byte))
  ),
].map((datagram) => [datagram] as const);

for (const detector of DATAGRAM_BUILTINS) {
  const { name, rules, summary, docs } = detector;

  Deno.test(`datagrams: ${name} is ready for the help and the config`, () => {
    assertMatch(summary, /^[A-Z].*[^.]$/);
    assert(docs !== undefined);
    for (const [word, rule] of Object.entries(rules)) {
      assert(rule.parse(rule.example).ok, `${word} ${rule.example}`);
      assert(Object.hasOwn(docs.facts, rule.fact), `${word}: ${rule.fact}`);
    }
  });

  Deno.test(`datagrams: ${name} says no to an empty datagram`, () => {
    for (const ended of [false, true]) {
      const verdict = detector.detect([wire()], { ended });
      assertEquals(verdict.kind, "no");
    }
  });

  Deno.test(`datagrams: ${name} allocates nothing to say no`, () => {
    const flows = FLOWS.filter((flow) =>
      detector.detect(flow, STATE).kind === "no"
    );
    assert(flows.length > 400);
    // First for the compiler, which allocates for itself.
    for (let round = 0; round < 2; round++) sayNo(detector, flows);
    const found = Array.from({ length: ROUNDS }, () => {
      const before = Deno.memoryUsage().heapUsed;
      sayNo(detector, flows);
      return (Deno.memoryUsage().heapUsed - before) / CALLS;
    });
    // A collection in between makes a round meaningless; few have one.
    const median = found.sort((a, b) => a - b)[ROUNDS >> 1]!;
    assert(Math.abs(median) < MAX_BYTES_A_CALL, `${median} bytes a call`);
  });
}

function sayNo(
  detector: DatagramDetector,
  flows: readonly (readonly [Uint8Array])[],
): void {
  for (let call = 0; call < CALLS; call++) {
    detector.detect(flows[call % flows.length]!, STATE);
  }
}

Deno.test("datagrams: a name has the same rule words over TCP and UDP", () => {
  const words = ({ rules }: Pick<DatagramDetector, "rules">) =>
    Object.entries(rules).map(([word, { fact, kind, flag }]) => [
      word,
      fact,
      kind,
      flag ?? false,
    ]);
  const both = DATAGRAM_BUILTINS.filter(({ name }) =>
    BUILTINS.some((detector) => detector.name === name)
  );
  assert(both.length >= 7);
  for (const detector of both) {
    const other = BUILTINS.find(({ name }) => name === detector.name)!;
    assertEquals(words(detector), words(other), detector.name);
  }
});

Deno.test("datagrams: every detector takes linear time, however one goes on", () => {
  const starts = [
    ...Object.values(OPENINGS),
    initial(wire(1), { padTo: 0 }),
    hex("16fefd 0000 000000000000 ffff 01 00ffff 0000 000000 0000"),
    hex("2112a442"),
    hex("0001 ffec 2112a442"),
    hex("01 01 ffff"),
    hex("30 84 0000fff9"),
    wire("d1:a"),
    hex("44 01 1234 00000000 b0"),
    hex("23 00 00 20"),
  ];
  const tails = ["A", "\0", "d", "l", "\xff", "1:a", "\x01\x02", "\x04\x00"];
  const view = new Uint8Array(65507);
  for (const start of starts) {
    for (const tail of tails) {
      for (let at = 0; at < view.length; at++) {
        view[at] = tail.charCodeAt(at % tail.length);
      }
      view.set(start);
      for (const detector of DATAGRAM_BUILTINS) {
        const flow = Array.from({ length: detector.maxDatagrams }, () => view);
        const what = `${detector.name}: ${start}, then ${tail}`;
        assertFast(what, MAX_MS, () => {
          detector.detect(flow, { ended: true });
        });
      }
    }
  }
});
