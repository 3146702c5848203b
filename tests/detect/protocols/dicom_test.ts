import { dicom } from "../../../src/detect/protocols/dicom.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

/** A request for an association. */
function request(called: string, calling: string, version = 1): Uint8Array {
  return wire(
    hex("0100 000000cd 00"),
    version,
    hex("0000"),
    called.padEnd(16),
    calling.padEnd(16),
    new Uint8Array(32),
    hex("1000 0015"),
    "1.2.840.10008.3.1.1.1",
  );
}

testDetector(dicom, {
  positive: matching({
    "echoscu of dcmtk": [request("ANY-SCP", "ECHOSCU"), {
      called: "ANY-SCP",
      calling: "ECHOSCU",
    }],
    "no titles": [request("", "")],
  }),
  negative: others({
    "another version": request("A", "B", 2),
    "Modbus": hex("0100 0000 0006 01 03 0000 0001"),
    "a title with a control byte": request("A\x01", "B"),
    "another item": request("A", "B").fill(0x20, 74, 75),
    "a short message": request("A", "B").fill(1, 5, 6),
  }),
});
