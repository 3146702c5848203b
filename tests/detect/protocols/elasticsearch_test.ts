import { elasticsearch } from "../../../src/detect/protocols/elasticsearch.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

/** A header, and a body of 39 bytes as a handshake has it. */
function message(
  { length = 52, id = "0000000000000001", status = 8, version = 7_170_099 },
): Uint8Array {
  const body = "\0\0\0\x19\0\0\0\0\x16internal:tcp/handshake\0\x04\xa7\x80";
  return wire(
    "ES",
    be(length, 4),
    hex(id),
    status,
    be(version, 4),
    body.padEnd(39, "\0"),
  );
}

testDetector(elasticsearch, {
  positive: Object.entries({
    "the handshake of 7.17": message({}),
    "a request of 2.4, compressed": message({ status: 4, version: 2_040_699 }),
    "OpenSearch 2.11": message({ version: 136_357_827 }),
    "a long message": message({ length: 70_000, id: "0000000080000000" }),
    "two messages": wire(message({}), message({})),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    "a text": wire("EH"),
    "ESMTP": wire("ESM"),
    "a ping": hex("4553 ffffffff"),
    "a short message": hex("4553 0000000c"),
    "a message of 16 MiB": hex("4553 01000000"),
    "a request id that is too high": message({ id: "0000000100000000" }),
    "an answer": message({ status: 1 }),
    "an unknown status": message({ status: 0x10 }),
    "a version before 1.0.0": message({ version: 999_999 }),
    "Modbus, whose transaction has these letters": hex(
      "4553 0000 0006 01 03 0000 000a",
    ),
  }).map(([name, bytes]) => ({ name, bytes })),
});
