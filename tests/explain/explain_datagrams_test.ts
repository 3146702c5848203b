/** What is said of a flow of datagrams. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import { type DatagramDetector, NO } from "../../src/detect/detector.ts";
import { detectorsContext } from "../../src/explain/context.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { explanationText } from "../../src/explain/explanation_text.ts";
import type { Flow } from "../../src/explain/flow.ts";
import { toRecord } from "../../src/explain/record.ts";
import { clientHello } from "../support/client_hello.ts";
import { contextOf } from "../support/explain.ts";
import { flowOf } from "../support/flows.ts";
import { initial, piece } from "../support/quic_packets.ts";
import { bytesOf } from "../support/tcp.ts";
import { hex, wire } from "../support/wire.ts";

const CONTEXT = detectorsContext(BUILTINS, DATAGRAM_BUILTINS);
const HELLO = clientHello({ sni: "a.example", alpn: ["h3"] });
const QUIC = [
  initial(wire(piece(HELLO, 100, HELLO.length), piece(HELLO, 0, 7))),
  hex("40 01 02"),
  initial(wire(1, piece(HELLO, 7, 100)), { number: 1 }),
];

function udp(...datagrams: readonly Uint8Array[]): Flow {
  return { ...flowOf(...datagrams), transport: "udp" };
}

Deno.test("explain: which pieces of a QUIC hello came in which datagram", () => {
  const record = toRecord(explainFlow(udp(...QUIC), CONTEXT));
  assertEquals(record.datagrams, [
    { bytes: 1200, pieces: [[100, HELLO.length - 100], [0, 7]] },
    { bytes: 3, pieces: [] },
    { bytes: 1200, pieces: [[7, 93]] },
  ]);
  assertEquals([record.protocol, record.facts.sni], ["QUIC", "a.example"]);
  assertEquals(record.bytes, 2403);
  const [quic, dns] = record.verdicts;
  assertEquals([quic!.detector, quic!.verdict, quic!.datagram], [
    "QUIC",
    "match",
    2,
  ]);
  assertEquals([quic!.offset, quic!.byte], [null, null]);
  assertEquals([dns!.verdict, dns!.datagram, dns!.counts], ["no", 0, false]);
});

Deno.test("explain: the text of a flow of datagrams", () => {
  const text = explanationText(explainFlow(udp(...QUIC), CONTEXT));
  const rest = HELLO.length - 100;
  const start = `x: 3 datagrams, 2403 bytes
  DATAGRAM  BYTES  PIECES OF THE HELLO (PLACE+LENGTH)
  1         1200   100+${rest} 0+7
  2         3
  3         1200   7+93
  DETECTOR `;
  assert(text.startsWith(start), text);
  assertMatch(text, /^ {2}QUIC +match +datagram 3 +.*sni=a\.example/m);
  assertMatch(text, /^ {2}DNS +no +datagram 1$/m);
  assertMatch(text, /^ {2}protocol {2}QUIC$/m);
});

Deno.test("explain: one datagram, and a match that waits for another detector", () => {
  const query = wire(
    hex("1234 0100 0001 0000 0000 0000"),
    wire(1, "a", 0),
    hex("0001 0001"),
  );
  const text = explanationText(explainFlow(udp(query), CONTEXT));
  assertMatch(text, /^x: 1 datagram, 19 bytes\n {2}DETECTOR/);
  const slow: DatagramDetector = {
    name: "SLOW",
    transport: "udp",
    summary: "Waits",
    maxDatagrams: 2,
    rules: {},
    detect: (datagrams) =>
      datagrams.length < 2 ? { kind: "more", atLeast: 2 } : NO,
  };
  const context = detectorsContext([], [slow, ...DATAGRAM_BUILTINS]);
  const one = toRecord(explainFlow(udp(query), context));
  assertEquals(one.protocol, "DNS");
  assertEquals(
    [one.verdicts[0]!.verdict, one.verdicts[0]!.datagram],
    ["more", null],
  );
  assertMatch(
    explanationText(explainFlow(udp(query), context)),
    /^ {2}SLOW +more +end +wants another datagram: counts as no$/m,
  );
  const two = toRecord(explainFlow(udp(query, query), context));
  assertEquals(two.verdicts[0]!.datagram, 1);
});

Deno.test("explain: what is malformed, what is nothing, and what nobody knows", () => {
  const broken = toRecord(explainFlow(udp(QUIC[0]!), CONTEXT));
  assertEquals([broken.protocol, broken.malformed], [null, ["QUIC"]]);
  assertEquals(broken.verdicts[0]!.datagram, null, "only the end decided");
  const empty = toRecord(explainFlow(udp(), CONTEXT));
  assertEquals([empty.datagrams, empty.verdicts], [[], []]);
  assertEquals(empty.notes, ["the client sent nothing"]);
  const unknown = toRecord(explainFlow(udp(bytesOf("what?")), CONTEXT));
  assertEquals([unknown.protocol, unknown.malformed], [null, []]);
});

Deno.test("explain: no more than is held of a flow is looked at", () => {
  const many = Array.from({ length: 9 }, () => bytesOf("x"));
  const large = [new Uint8Array(16_000), new Uint8Array(400), bytesOf("x")];
  const notes = (flow: Flow) => toRecord(explainFlow(flow, CONTEXT)).notes;
  assertEquals(notes(udp(...many)), [
    "only the first 8 datagrams are looked at",
  ]);
  assertEquals(notes(udp(...large)), [
    "only the first 2 datagrams are looked at",
  ]);
});

Deno.test("explain: with a config, that its servers are for TCP", () => {
  const context = contextOf({ SSH: { CATCHALL: { action: "REJECT" } } });
  const record = toRecord(explainFlow(udp(bytesOf("x")), context));
  assertEquals([record.rule, record.target], [null, null]);
  assertEquals(record.notes, [
    "the server is for TCP: this is only identified",
  ]);
});
