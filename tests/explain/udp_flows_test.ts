/** How the datagrams of a capture become flows. */
import { assertEquals } from "@std/assert";
import type { Flow } from "../../src/explain/flow.ts";
import {
  datagramFromClient,
  datagramFromServer,
  flowsOfSegments,
  fromClient,
  packetsOf,
  readCapture,
} from "../support/flows.ts";
import type { TestSegment } from "../support/packet_writer.ts";
import { pcap } from "../support/pcap_writer.ts";
import { initial, SAMPLE_ID } from "../support/quic_packets.ts";
import { bytesOf, textOf } from "../support/tcp.ts";
import { be, hex, wire } from "../support/wire.ts";

const SERVER_ID = hex("f067a5502a4262b5");
const NEW_ID = hex("0102030405060708");

/** An Initial of a client to such an id. */
function initialTo(dcid: Uint8Array): TestSegment {
  return datagramFromClient(initial(wire(1), { dcid, keyId: SAMPLE_ID }));
}

/** A server's Handshake packet, in which its id stands in clear. */
const HANDSHAKE = datagramFromServer(
  wire(0xe0, be(1, 4), 0, SERVER_ID.length, SERVER_ID, 20, new Uint8Array(20)),
);

function texts(flow: Flow | undefined): string[] {
  return flow!.segments.map(textOf);
}

Deno.test("UDP flows: the datagrams of a client, in order of arrival", async () => {
  const flows = await flowsOfSegments([
    datagramFromClient(bytesOf("a")),
    datagramFromServer(bytesOf("answer")),
    datagramFromClient(bytesOf("x"), { fromPort: 7 }),
    datagramFromClient(bytesOf("bc")),
    fromClient(1, bytesOf("SSH"), { flags: "A" }),
  ]);
  assertEquals(flows.map(({ id, transport }) => [id, transport]), [
    ["tcp0", "tcp"],
    ["udp0", "udp"],
    ["udp1", "udp"],
  ]);
  const [, first, second] = flows;
  assertEquals(texts(first), ["a", "bc"]);
  assertEquals(texts(second), ["x"]);
  assertEquals([first!.client, first!.server, first!.from], [
    "192.0.2.7:50412",
    "192.0.2.1:443",
    "192.0.2.7",
  ]);
  assertEquals(first!.notes, []);
});

Deno.test("UDP flows: who sends first is the client", async () => {
  const [flow] = await flowsOfSegments([
    datagramFromServer(bytesOf("first")),
    datagramFromClient(bytesOf("second")),
  ]);
  assertEquals(texts(flow), ["first"]);
  assertEquals(flow!.client, "192.0.2.1:443");
});

Deno.test("UDP flows: a silence of more than a minute ends one", async () => {
  const [a, b, c] = packetsOf(
    ["a", "b", "c"].map((text) => datagramFromClient(bytesOf(text))),
  );
  const { flows } = await readCapture(pcap([
    { ...a!, stamp: [100, 0] },
    { ...b!, stamp: [160, 0] },
    { ...c!, stamp: [220, 1000] },
  ]));
  assertEquals(flows.map(texts), [["a", "b"], ["c"]]);
  assertEquals(flows[1]!.acceptedAt, 220_001);
});

Deno.test("UDP flows: a QUIC Initial to an id that nobody named is another connection", async () => {
  const flows = await flowsOfSegments([
    initialTo(SAMPLE_ID),
    initialTo(SAMPLE_ID),
    HANDSHAKE,
    initialTo(SERVER_ID),
    datagramFromClient(hex("41 00 00 00")),
    initialTo(NEW_ID),
    initialTo(NEW_ID),
  ]);
  assertEquals(flows.map(({ segments }) => segments.length), [4, 2]);
});

Deno.test("UDP flows: the first eight datagrams are kept, and it is said", async () => {
  const segments = Array.from(
    { length: 20 },
    (_, i) => datagramFromClient(bytesOf(String(i))),
  );
  const [flow] = await flowsOfSegments(segments);
  assertEquals(texts(flow).join(), "0,1,2,3,4,5,6,7");
  assertEquals(flow!.notes, [
    "the client sent 20 datagrams: only the first 8 are shown",
  ]);
});
