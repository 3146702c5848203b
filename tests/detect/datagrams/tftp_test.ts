import { tftp } from "../../../src/detect/datagrams/tftp.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

testDatagramDetector(tftp, {
  positive: [
    {
      name: "a request to read",
      datagrams: [wire(0, 1, "pxelinux.cfg/default\0octet\0")],
      facts: { file: "pxelinux.cfg/default", operation: "read" },
    },
    {
      name: "a request to write with options",
      datagrams: [wire(0, 2, "a b\0NetASCII\0tsize\x000\0blksize\x001468\0")],
      facts: { file: "a b", operation: "write" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "data", datagrams: [wire(0, 3, 0, 1, "text")] },
    { name: "an acknowledgement", datagrams: [hex("0004 0000")] },
    { name: "no mode", datagrams: [wire(0, 1, "a\0")] },
    { name: "another mode", datagrams: [wire(0, 1, "a\0binary\0")] },
    { name: "a mode that is cut", datagrams: [wire(0, 1, "a\0octet")] },
    {
      name: "an option without a value",
      datagrams: [wire(0, 1, "a\0octet\0tsize\0")],
    },
    {
      name: "more than 512 bytes",
      datagrams: [wire(0, 1, "a".repeat(600), "\0octet\0")],
    },
  ],
  malformed: [
    {
      name: "no name",
      datagrams: [wire(0, 1, "\0octet\0")],
      why: "there is no file name",
    },
  ],
});
