import { assertEquals } from "@std/assert";
import { modbus } from "../../../src/detect/protocols/modbus.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

testDetector(modbus, {
  positive: Object.entries({
    "read coils": "01 00 00 00 0a",
    "read discrete inputs": "02 00 00 07 d0",
    "read holding registers": "03 00 6b 00 7d",
    "read input registers": "04 00 08 00 01",
    "write a coil": "05 00 ac ff 00",
    "clear a coil": "05 00 ac 00 00",
    "write a register": "06 00 01 00 03",
    "read the exception status": "07",
    diagnostics: "08 00 00 a5 37",
    "write coils": "0f 00 13 00 0a 02 cd 01",
    "write registers": "10 00 01 00 02 04 00 0a 01 02",
    "report the server's id": "11",
    "read a file": "14 07 06 00 04 00 01 00 02",
    "write a file": "15 09 06 00 04 00 07 00 01 06 af",
    "mask a register": "16 00 04 00 f2 00 25",
    "read and write registers": "17 00 03 00 06 00 0e 00 01 02 00 ff",
    "read a queue": "18 04 de",
    "read the device's identification": "2b 0e 01 00",
    "UMAS, as Schneider's tools speak": "5a 00 02",
  }).map(([name, bytes]) => ({ name, bytes: request(bytes), facts: {} }))
    .concat(
      Object.entries({
        "function 0": "00 00 00 00 00",
        "a vendor's function": "64 01",
        "a function that only answers have": "81 06",
        "a read of nothing": "03 00 00 00 00",
        "a read of another length": "03 00 00 00 01 00",
      }).map(([name, bytes]) => ({
        name: `${name}, and another request`,
        bytes: wire(request(bytes), request(bytes)),
        facts: {},
      })),
    ),
  negative: [
    { name: "another protocol", bytes: hex("00 01 00 01") },
    { name: "a long request", bytes: hex("00 01 00 00 01") },
    { name: "an empty request", bytes: hex("00 01 00 00 00 01") },
    { name: "a request of 255 bytes", bytes: hex("00 01 00 00 00 ff") },
    { name: "SMB", bytes: hex("00 00 00 45") },
    { name: "Oracle", bytes: hex("00 e0 00 00 01") },
    {
      name: "RTMP",
      bytes: hex("03 00 00 00 00 09 00 7c 02 a1 b2 c3 d4 e5 f6 07 18 29"),
    },
    { name: "Cassandra", bytes: hex("04 00 00 00 05") },
    { name: "HART-IP", bytes: hex("01 00 00 00 00 02 00 0d 01 00 00 75 30") },
    ...Object.entries({
      "an unknown function": "00 00 00 00 00",
      "an exception": "81 06",
      "a read that is too long": "03 00 00 00 01 00",
      "a read of nothing": "03 00 00 00 00",
      "a read of 126 registers": "03 00 00 00 7e",
      "a read of 2001 coils": "01 00 00 07 d1",
      "a coil of another value": "05 00 ac 00 01",
      "diagnostics without data": "08 00 00",
      "coils without values": "0f 00 13 00 0a 00",
      "coils of another count": "0f 00 13 00 0a 01 cd",
      "coils of another length": "0f 00 13 00 0a 02 cd",
      "registers of another count": "10 00 01 00 02 02 00 0a",
      "a file of another length": "14 08 06 00 04 00 01 00 02",
      "a queue with more data": "18 04 de 00",
      "reading and writing of another count":
        "17 00 03 00 06 00 0e 00 02 02 00 ff",
      "an interface of another kind": "2b 0f 01 00",
      "UMAS with a strange function": "5a 00 fe",
    }).map(([name, bytes]) => ({
      name: `${name}, and another protocol`,
      bytes: wire(request(bytes), hex("00 08 00 01")),
    })),
    {
      name: "Elasticsearch",
      bytes: hex("45 53 00 00 00 34 00 00"),
    },
    { name: "DICOM", bytes: hex("01 00 00 00 00 cd 00 01") },
    {
      name: "a long request of an unknown function",
      bytes: hex("00 07 00 00 00 09 01 64"),
    },
    ...["00 0a c5 cd", "00 02 c4 0b", "00 06 c5 c8"].map((rest) => ({
      name: `Modbus RTU, three times 01 03 00 00 ${rest}`,
      bytes: hex(`01 03 00 00 ${rest}`.repeat(3)),
    })),
    {
      name: "an unknown function, and a request for another unit",
      bytes: wire(request("64 01"), hex("00 08 00 00 00 03 02")),
    },
    {
      name: "an unknown function, and a request without a function",
      bytes: wire(request("64 01"), hex("00 08 00 00 00 01")),
    },
  ],
});

Deno.test("MODBUS: an unknown function alone is not enough", () => {
  const bytes = request("64 01");
  assertEquals(modbus.detect(bytes, { ended: true }).kind, "more");
});

function request(bytes: string): Uint8Array {
  const data = hex(bytes);
  return wire(be(7, 2), be(0, 2), be(1 + data.length, 2), 1, data);
}
