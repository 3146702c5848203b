import { assertEquals } from "@std/assert";
import { telnet } from "../../../src/detect/protocols/telnet.ts";
import {
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { hex } from "../../support/wire.ts";

const positive: readonly PositiveSample[] = [
  { name: "DO suppress go ahead", bytes: hex("fffd03 fffb18"), facts: {} },
  { name: "WILL window size", bytes: hex("fffb1f"), facts: {} },
  { name: "WONT echo", bytes: hex("fffc01"), facts: {} },
  { name: "DONT echo", bytes: hex("fffe01"), facts: {} },
  { name: "DO an option of MUD clients", bytes: hex("fffdc9"), facts: {} },
];

const negative: readonly Sample[] = [
  { name: "text", bytes: hex("61") },
  { name: "BGP", bytes: hex("ffff ffff") },
  { name: "an image", bytes: hex("ffd8 ffe0") },
  { name: "a subnegotiation", bytes: hex("fffa 1f00") },
  { name: "sound", bytes: hex("fffb 9064") },
  { name: "text in UTF-16", bytes: hex("fffe 3c00") },
  { name: "an option that nobody has", bytes: hex("fffd 32") },
];

testDetector(telnet, { positive, negative });

Deno.test("TELNET: says no at the first byte that rules it out", () => {
  for (const text of ["61", "ff fa", "ff ff", "ff fd 80"]) {
    const bytes = hex(text);
    const before = telnet.detect(bytes.subarray(0, -1), { ended: false });
    assertEquals(before, { kind: "more", atLeast: bytes.length });
    assertEquals(telnet.detect(bytes, { ended: false }).kind, "no");
  }
});
