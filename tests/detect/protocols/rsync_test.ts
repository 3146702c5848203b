import { assertEquals } from "@std/assert";
import { rsync } from "../../../src/detect/protocols/rsync.ts";
import {
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const positive: readonly PositiveSample[] = [
  {
    name: "version 30",
    bytes: wire("@RSYNCD: 30.0\nmodule\n"),
    facts: { version: "30.0" },
  },
  {
    name: "version 32 with digests",
    bytes: wire("@RSYNCD: 32.0 sha512 sha256 sha1 md5 md4\n"),
    facts: { version: "32.0" },
  },
  {
    name: "an old version",
    bytes: wire("@RSYNCD: 29\n"),
    facts: { version: "29" },
  },
];

const negative: readonly Sample[] = [
  { name: "another word", bytes: wire("@RSYNCX") },
  { name: "lower case", bytes: wire("@rsyncd: 30.0\n") },
  { name: "no version", bytes: wire("@RSYNCD: \n") },
  { name: "an answer", bytes: wire("@RSYNCD: OK\n") },
  { name: "a CR", bytes: wire("@RSYNCD: 30.0\r") },
  { name: "a line that never ends", bytes: wire("@RSYNCD: ", "1".repeat(300)) },
];

testDetector(rsync, { positive, negative });

Deno.test("RSYNC: says no at the first byte that rules it out", () => {
  for (const text of ["A", "@S", "@RSYNCD:3", "@RSYNCD: 30.0\r"]) {
    const bytes = wire(text);
    const before = rsync.detect(bytes.subarray(0, -1), { ended: false });
    assertEquals(before, { kind: "more", atLeast: bytes.length });
    assertEquals(rsync.detect(bytes, { ended: false }).kind, "no");
  }
});
