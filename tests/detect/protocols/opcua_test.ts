import { opcua } from "../../../src/detect/protocols/opcua.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { le } from "../../support/little_endian.ts";
import { hex, wire } from "../../support/wire.ts";

/** A Hello with a URL. */
function hello(url: string): Uint8Array {
  return wire(
    "HELF",
    le(32 + url.length, 4),
    le(0, 4),
    hex("00000100 00000100 00000000 00000000"),
    le(url.length, 4),
    url,
  );
}

testDetector(opcua, {
  positive: matching({
    "a client": [hello("opc.tcp://Plant.example:4840/UA/Server"), {
      url: "opc.tcp://Plant.example:4840/UA/Server",
      host: "plant.example",
    }],
    "no URL": [
      wire(
        "HELF",
        hex("20000000 00000000"),
        new Uint8Array(16),
        hex("ffffffff"),
      ),
    ],
    "another scheme, and the next message": [
      wire(hello("urn:a"), "OPNF"),
      { url: "urn:a" },
    ],
  }),
  negative: others({
    "HELO of SMTP": wire("HELO client.example\r\n"),
    "another version": wire("HELF", hex("20000000 01")),
    "a length that does not fit": wire(
      "HELF",
      hex("21000000 00000000"),
      new Uint8Array(16),
      hex("ffffffff"),
    ),
  }),
  malformed: [{
    name: "a host that is none",
    bytes: hello("opc.tcp://a b/"),
    why: "the host holds the byte 0x20",
  }],
});
