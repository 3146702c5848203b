import { assert, assertEquals } from "@std/assert";
import { MAX_IDS_PER_FLOW } from "../../src/datagram/flow_ids.ts";
import { beginsConnection, QuicIds } from "../../src/datagram/quic_ids.ts";
import {
  isInitiation,
  WireguardIds,
} from "../../src/datagram/wireguard_ids.ts";
import { initial, SAMPLE_ID } from "../support/quic_packets.ts";
import { SAMPLE_CLIENT_V1, SAMPLE_SERVER_V1 } from "../support/quic_samples.ts";
import { be, hex, wire } from "../support/wire.ts";

/** The id that the server of RFC 9001 A.3 gives. */
const SERVER_ID = hex("f067a5502a4262b5");

function short(id: Uint8Array): Uint8Array {
  return wire(0x40, id, new Uint8Array(30));
}

Deno.test("QuicIds: a connection is found by the client's first id and by the server's", () => {
  const ids = new QuicIds<string>();
  assertEquals(ids.find(SAMPLE_CLIENT_V1), null);
  ids.learnFromClient(SAMPLE_CLIENT_V1, "one");
  assertEquals(ids.find(SAMPLE_CLIENT_V1), "one");
  assertEquals(ids.find(short(SERVER_ID)), null);
  ids.learnFromServer(SAMPLE_SERVER_V1, "one");
  assertEquals(ids.find(short(SERVER_ID)), "one");
  assertEquals(ids.find(initial(wire(), { dcid: SERVER_ID })), "one");
  assertEquals(ids.find(short(hex("0102030405060708"))), null);
  ids.forget("one");
  assertEquals([ids.size, ids.find(short(SERVER_ID))], [0, null]);
});

Deno.test("QuicIds: ids of several lengths are told apart, the longest first", () => {
  const ids = new QuicIds<string>();
  const long = hex("00112233445566778899");
  const server = (scid: Uint8Array) => initial(wire(), { scid, dcid: wire() });
  ids.learnFromServer(server(long), "long");
  ids.learnFromServer(server(long.subarray(0, 4)), "short");
  assertEquals(ids.find(short(long)), "long");
  assertEquals(ids.find(short(hex("00112233ffffffffffff"))), "short");
  ids.forget("long");
  assertEquals(ids.find(short(long)), "short");
});

Deno.test("QuicIds: an id stays with whom it has, version negotiation gives none, and a flow has few", () => {
  const ids = new QuicIds<string>();
  ids.learnFromServer(SAMPLE_SERVER_V1, "one");
  ids.learnFromServer(SAMPLE_SERVER_V1, "two");
  assertEquals(ids.find(short(SERVER_ID)), "one");
  const negotiation = wire(0x80, be(0, 4), 0, 8, SAMPLE_ID, be(1, 4));
  ids.learnFromServer(negotiation, "three");
  for (let n = 0; n < 2 * MAX_IDS_PER_FLOW; n++) {
    const scid = wire(be(n, 4));
    ids.learnFromServer(initial(wire(), { scid }), "four");
  }
  assertEquals(ids.size, 1 + MAX_IDS_PER_FLOW);
});

Deno.test("beginsConnection: an Initial of 1200 bytes, or a version that is not known", () => {
  assert(beginsConnection(SAMPLE_CLIENT_V1));
  assert(!beginsConnection(SAMPLE_CLIENT_V1.subarray(0, 1199)));
  assert(!beginsConnection(short(new Uint8Array(1300))));
  const unknown = SAMPLE_CLIENT_V1.slice();
  unknown.set(hex("1a2a3a4a"), 1);
  assert(beginsConnection(unknown));
  unknown.set(be(0, 4), 1);
  assert(!beginsConnection(unknown));
});

Deno.test("WireguardIds: data is found by the index that the server has named", () => {
  const ids = new WireguardIds<string>();
  const response = wire(be(0x02000000, 4), hex("aabbccdd"), new Uint8Array(84));
  const data = (index: string) =>
    wire(be(0x04000000, 4), hex(index), new Uint8Array(40));
  assertEquals(ids.find(data("aabbccdd")), null);
  ids.learnFromServer(response, "one");
  assertEquals(ids.find(data("aabbccdd")), "one");
  assertEquals(ids.find(data("aabbccde")), null);
  // The server begins a session: the client answers to its index.
  const begun = wire(be(0x01000000, 4), hex("00000001"), new Uint8Array(140));
  assert(isInitiation(begun));
  ids.learnFromServer(begun, "two");
  const answer = wire(
    be(0x02000000, 4),
    hex("09090909 00000001"),
    new Uint8Array(80),
  );
  assertEquals(ids.find(answer), "two");
  ids.forget("one");
  assertEquals(ids.find(data("aabbccdd")), null);
});

Deno.test("WireguardIds: what only begins like a message is none", () => {
  const ids = new WireguardIds<string>();
  const response = wire(be(0x02000000, 4), hex("aabbccdd"), new Uint8Array(83));
  ids.learnFromServer(response, "one");
  assertEquals(ids.size, 0);
  assert(!isInitiation(wire(be(0x01000001, 4), new Uint8Array(144))));
});
