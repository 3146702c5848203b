/** The server name of a ClientHello, through the detector. */
import { tls } from "../../../src/detect/protocols/tls.ts";
import {
  extension,
  helloRecord,
  serverNames,
} from "../../support/client_hello.ts";
import {
  type MalformedSample,
  type PositiveSample,
  testDetector,
} from "../../support/detector_checks.ts";
import { hex, vector, wire } from "../../support/wire.ts";

const MODERN = { sni: "app.example.com", version: "1.3" };

const positive: readonly PositiveSample[] = [
  {
    name: "an SNI of another type than a host name",
    bytes: withServerName(hex("0004 01 0001 61")),
    facts: { version: "1.3" },
  },
  {
    name: "an SNI with names of other types around it",
    bytes: withServerName(
      vector(2, hex("01 0001 62 00 0009 612e6578616d706c65 07 0000")),
    ),
    facts: { sni: "a.example", version: "1.3" },
  },
  {
    name: "an SNI in capitals with a final dot",
    bytes: helloRecord({ sni: "APP.Example.COM." }),
    facts: MODERN,
  },
  {
    name: "an SNI with an underscore",
    bytes: helloRecord({ sni: "_dmarc.a_b.example" }),
    facts: { ...MODERN, sni: "_dmarc.a_b.example" },
  },
  {
    name: "an SNI of one label",
    bytes: helloRecord({ sni: "localhost" }),
    facts: { ...MODERN, sni: "localhost" },
  },
  {
    name: "an SNI of 253 bytes",
    bytes: helloRecord({ sni: `${"a".repeat(61)}.`.repeat(4) + "abcde" }),
    facts: { ...MODERN, sni: `${"a".repeat(61)}.`.repeat(4) + "abcde" },
  },
  {
    name: "an SNI that is an IPv4 address",
    bytes: helloRecord({ sni: "192.0.2.7" }),
    facts: { ...MODERN, sni: "192.0.2.7" },
  },
  {
    name: "an SNI that is an IPv6 address",
    bytes: helloRecord({ sni: "2001:DB8::7" }),
    facts: { ...MODERN, sni: "2001:db8::7" },
  },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "an SNI with a NUL byte",
    bytes: helloRecord({ sni: "good.example\0.evil" }),
    why: "the SNI holds the byte 0x00",
  },
  {
    name: "an SNI with a space",
    bytes: helloRecord({ sni: "a b" }),
    why: "the SNI holds the byte 0x20",
  },
  {
    name: "an SNI that is not ASCII",
    bytes: helloRecord({ sni: "b\xfccher.example" }),
    why: "the SNI holds the byte 0xfc",
  },
  {
    name: "an SNI with a port",
    bytes: helloRecord({ sni: "example.com:443" }),
    why: 'the SNI holds ":"',
  },
  {
    name: "an SNI with brackets",
    bytes: helloRecord({ sni: "[::1]" }),
    why: 'the SNI holds ":"',
  },
  {
    name: "an SNI that is a wildcard",
    bytes: helloRecord({ sni: "*.example.com" }),
    why: 'the SNI holds "*"',
  },
  {
    name: "an empty SNI",
    bytes: helloRecord({ sni: "" }),
    why: "the SNI is empty",
  },
  {
    name: "an SNI of a dot",
    bytes: helloRecord({ sni: "." }),
    why: "the SNI is empty",
  },
  {
    name: "an SNI with two dots",
    bytes: helloRecord({ sni: "a..b" }),
    why: "the SNI has an empty label",
  },
  {
    name: "an SNI longer than a host name",
    bytes: helloRecord({ sni: "a.".repeat(127) + "b" }),
    why: "the SNI is longer than 253 bytes",
  },
  {
    name: "an SNI list with two names",
    bytes: withServerName(serverNames("a.example", "b.example")),
    why: "the SNI holds two names",
  },
  {
    name: "an empty SNI list",
    bytes: withServerName(serverNames()),
    why: "the SNI is an empty list",
  },
  {
    name: "an SNI extension without a list",
    bytes: withServerName(wire()),
    why: "the SNI is cut short",
  },
  {
    name: "an SNI longer than its list",
    bytes: withServerName(hex("0004 00 0002 61")),
    why: "the SNI is cut short",
  },
  {
    name: "bytes behind the SNI list",
    bytes: withServerName(wire(serverNames("a.example"), 0)),
    why: "the SNI has bytes behind it",
  },
];

testDetector(tls, { positive, negative: [], malformed, partial: true });

/** A hello with that as the body of its server_name extension. */
function withServerName(body: Uint8Array): Uint8Array {
  return helloRecord({ sni: null, extensions: [extension(0, body)] });
}
