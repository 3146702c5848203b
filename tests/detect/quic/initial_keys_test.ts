/** The sample packets of RFC 9001 and RFC 9369, appendix A. */
import { assert, assertEquals } from "@std/assert";
import { readLongPacket } from "../../../src/detect/quic/header.ts";
import { InitialKeys } from "../../../src/detect/quic/initial_keys.ts";
import {
  quicVersion,
  VERSION_1,
  VERSION_2,
} from "../../../src/detect/quic/version.ts";
import { SAMPLE_ID } from "../../support/quic_packets.ts";
import {
  SAMPLE_CLIENT_V1,
  SAMPLE_CLIENT_V2,
  SAMPLE_CRYPTO_FRAME,
  SAMPLE_SERVER_FRAMES,
  SAMPLE_SERVER_V1,
  SAMPLE_SERVER_V2,
} from "../../support/quic_samples.ts";
import { hex, wire } from "../../support/wire.ts";

const SAMPLES = [
  {
    version: VERSION_1,
    client: SAMPLE_CLIENT_V1,
    clientHeader: hex("c300000001088394c8f03e5157080000449e00000002"),
    server: SAMPLE_SERVER_V1,
    serverHeader: hex("c1000000010008f067a5502a4262b50040750001"),
  },
  {
    version: VERSION_2,
    client: SAMPLE_CLIENT_V2,
    clientHeader: hex("d36b3343cf088394c8f03e5157080000449e00000002"),
    server: SAMPLE_SERVER_V2,
    serverHeader: hex("d16b3343cf0008f067a5502a4262b50040750001"),
  },
] as const;

const CLIENT_FRAMES = wire(
  SAMPLE_CRYPTO_FRAME,
  new Uint8Array(1162 - SAMPLE_CRYPTO_FRAME.length),
);

for (const { version, ...sample } of SAMPLES) {
  const known = quicVersion(version)!;
  const client = new InitialKeys(known, SAMPLE_ID, "client");
  const server = new InitialKeys(known, SAMPLE_ID, "server");

  Deno.test(`version ${version}: opens the sample packets`, () => {
    const fromClient = readLongPacket(sample.client)!;
    const fromServer = readLongPacket(sample.server)!;
    assertEquals(client.open(sample.client, fromClient), CLIENT_FRAMES);
    assertEquals(server.open(sample.server, fromServer), SAMPLE_SERVER_FRAMES);
    assertEquals(server.open(sample.client, fromClient), null);
  });

  Deno.test(`version ${version}: seals the sample packets`, () => {
    assertEquals(
      client.seal(sample.clientHeader, CLIENT_FRAMES),
      sample.client,
    );
    assertEquals(
      server.seal(sample.serverHeader, SAMPLE_SERVER_FRAMES),
      sample.server,
    );
  });

  Deno.test(`version ${version}: opens no packet in which a bit differs`, () => {
    for (let at = 0; at < sample.client.length; at += 13) {
      const altered = sample.client.slice();
      altered[at]! ^= 1 << (at % 8);
      const packet = readLongPacket(altered);
      assert(packet === null || client.open(altered, packet) === null, `${at}`);
    }
  });
}
