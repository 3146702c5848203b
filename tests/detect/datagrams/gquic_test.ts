import { gquic } from "../../../src/detect/datagrams/gquic.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

/** Padded as a client does. */
function padded(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const start = wire(...parts);
  return wire(start, new Uint8Array(1350 - start.length).fill(0xa5));
}

const ID = hex("0102030405060708");

testDatagramDetector(gquic, {
  positive: [
    {
      name: "Q043",
      datagrams: [padded(hex("0d"), ID, "Q043", hex("01"))],
      facts: { quic_version: "Q043" },
    },
    {
      name: "Q024 without a nonce",
      datagrams: [padded(hex("09"), ID, "Q024", hex("01"))],
      facts: { quic_version: "Q024" },
    },
    {
      name: "Q046",
      datagrams: [padded(hex("c3"), "Q046", hex("50"), ID)],
      facts: { quic_version: "Q046" },
    },
    {
      name: "T051",
      datagrams: [padded(hex("c1"), "T051", hex("08"), ID, hex("00"))],
      facts: { quic_version: "T051" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "a short packet", datagrams: [wire(hex("0d"), ID, "Q043")] },
    {
      name: "a packet without a version",
      datagrams: [padded(hex("0c"), ID, "Q043")],
    },
    {
      name: "another version in the old header",
      datagrams: [padded(hex("0d"), ID, "T050")],
    },
    {
      name: "letters in the version",
      datagrams: [padded(hex("c3"), "Q0a6", hex("50"), ID)],
    },
    {
      name: "another length of the id",
      datagrams: [padded(hex("c3"), "Q050", hex("07"), ID)],
    },
  ],
});
