/** What a server answers before it has a connection. */
import { assertEquals } from "@std/assert";
import {
  connectionClose,
  CRYPTO_ERROR,
} from "../../../src/detect/quic/connection_close.ts";
import {
  readLongHeader,
  readLongPacket,
} from "../../../src/detect/quic/header.ts";
import { InitialKeys } from "../../../src/detect/quic/initial_keys.ts";
import {
  quicVersion,
  VERSION_1,
  VERSION_2,
} from "../../../src/detect/quic/version.ts";
import {
  versionNegotiation,
} from "../../../src/detect/quic/version_negotiation.ts";
import { hex, wire } from "../../support/wire.ts";

const CLIENT = { dcid: hex("0102030405060708"), scid: hex("aabbcc") };

Deno.test("versionNegotiation() has version 0, the ids in turn and the versions", () => {
  const packet = versionNegotiation(CLIENT, [VERSION_1, 0x1a2a3a4a]);
  assertEquals(
    packet,
    hex("c0 00000000 03 aabbcc 08 0102030405060708 00000001 1a2a3a4a"),
  );
  const header = readLongHeader(packet)!;
  assertEquals(header.version, 0);
  assertEquals(header.dcid, CLIENT.scid);
  assertEquals(header.scid, CLIENT.dcid);
});

for (const version of [VERSION_1, VERSION_2, 0xff00001d]) {
  Deno.test(`connectionClose() is opened with the server's keys of version ${version}`, () => {
    const datagram = connectionClose({ ...CLIENT, version }, {
      code: CRYPTO_ERROR + 112,
      reason: "no",
    })!;
    const packet = readLongPacket(datagram)!;
    assertEquals(packet.type, "initial");
    assertEquals(packet.version, version);
    assertEquals(packet.dcid, CLIENT.scid);
    assertEquals(packet.scid, CLIENT.dcid);
    assertEquals(packet.token, wire());
    assertEquals(packet.packetEnd, datagram.length);
    const keys = new InitialKeys(quicVersion(version)!, CLIENT.dcid, "server");
    assertEquals(
      keys.open(datagram, packet),
      hex("1c 4170 00 02 6e6f"),
    );
  });
}

Deno.test("connectionClose() is there without a reason, and not for unknown versions", () => {
  const client = { ...CLIENT, scid: wire(), version: VERSION_1 };
  const datagram = connectionClose(client, { code: 2 })!;
  const keys = new InitialKeys(quicVersion(1)!, CLIENT.dcid, "server");
  assertEquals(
    keys.open(datagram, readLongPacket(datagram)!),
    hex("1c 02 00 00"),
  );
  assertEquals(
    connectionClose({ ...client, version: 0x1a2a3a4a }, { code: 2 }),
    null,
  );
});
