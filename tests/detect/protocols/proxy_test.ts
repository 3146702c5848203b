import { proxy } from "../../../src/detect/protocols/proxy.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

const SIGNATURE = hex("0d0a0d0a000d0a515549540a");

testDetector(proxy, {
  positive: matching({
    "curl --haproxy-protocol": [
      wire("PROXY TCP4 127.0.0.1 127.0.0.2 60720 33413\r\nGET / HTTP/1.1\r\n"),
      { version: "1", source: "127.0.0.1" },
    ],
    "IPv6": [
      wire("PROXY TCP6 2001:db8::1 ::1 1 2\r\n"),
      { version: "1", source: "2001:db8::1" },
    ],
    unknown: [wire("PROXY UNKNOWN\r\n"), { version: "1" }],
    "version 2": [
      wire(SIGNATURE, hex("2111 000c c0000201 c0000202 0001 0002")),
      { version: "2" },
    ],
    "a health check by version 2": [
      wire(SIGNATURE, hex("2000 0000")),
      { version: "2" },
    ],
  }),
  negative: others({
    "another word": wire("PROXIED"),
    "an unknown family": wire("PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n"),
    "no ports": wire("PROXY TCP4 192.0.2.1 192.0.2.2\r\n"),
    "a bare LF": wire("PROXY UNKNOWN\n"),
    "a long line": wire("PROXY UNKNOWN ", "a".repeat(100)),
    "another version": wire(SIGNATURE, 0x31),
    "an unknown command": wire(SIGNATURE, 0x22),
    "a huge header": wire(SIGNATURE, hex("2111 0800")),
    "an empty line": hex("0d0a0d0a00 0e"),
  }),
});
