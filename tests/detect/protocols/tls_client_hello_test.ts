/** What a ClientHello says, and what is wrong with it, through the detector. */
import { tls } from "../../../src/detect/protocols/tls.ts";
import {
  alpnList,
  clientHello,
  extension,
  type HelloOptions,
  helloRecord,
  records,
  serverNames,
} from "../../support/client_hello.ts";
import {
  type MalformedSample,
  type PositiveSample,
  testDetector,
} from "../../support/detector_checks.ts";
import { hex, vector, wire } from "../../support/wire.ts";

const MODERN = { sni: "app.example.com", version: "1.3" };
const MINIMAL: HelloOptions = {
  sni: null,
  versions: null,
  sessionIdBytes: 0,
  cipherSuites: [0x002f],
};

const positive: readonly PositiveSample[] = [
  {
    name: "ALPN protocols, in the order of the client",
    bytes: helloRecord({ alpn: ["h2", "http/1.1"] }),
    facts: { ...MODERN, alpn: ["h2", "http/1.1"] },
  },
  {
    name: "ALPN protocols without the GREASE ones",
    bytes: helloRecord({ alpn: ["\x8a\x8a", "h2", "\xfa\xfa", "\x0a\x1a"] }),
    facts: { ...MODERN, alpn: ["h2", "\x0a\x1a"] },
  },
  {
    name: "a hello without SNI",
    bytes: helloRecord({ sni: null }),
    facts: { version: "1.3" },
  },
  {
    name: "a hello with ECH",
    bytes: helloRecord({ extensions: [extension(0xfe0d, wire(0))] }),
    facts: { ...MODERN, ech: true },
  },
  {
    name: "the highest of the versions, whatever their order",
    bytes: helloRecord({ versions: [0xdada, 0x0302, 0x0303, 0x7f1c] }),
    facts: { ...MODERN, version: "1.2" },
  },
  {
    name: "versions of which none is known",
    bytes: helloRecord({ versions: [0x0a0a, 0x7f1c] }),
    facts: { sni: "app.example.com" },
  },
  {
    name: "a hello of TLS 1.2 without extensions",
    bytes: helloRecord({ ...MINIMAL, noExtensions: true }),
    facts: { version: "1.2" },
  },
  {
    name: "a hello of TLS 1.0 with an empty extension block",
    bytes: helloRecord({ ...MINIMAL, legacyVersion: 0x0301 }),
    facts: { version: "1.0" },
  },
  {
    name: "a hello of SSL 3.0",
    bytes: records(
      clientHello({ ...MINIMAL, legacyVersion: 0x0300, noExtensions: true }),
      [16384],
      0x0300,
    ),
    facts: { version: "3.0" },
  },
  {
    name: "1.2 for a later version without supported_versions",
    bytes: helloRecord({ ...MINIMAL, legacyVersion: 0x0304 }),
    facts: { version: "1.2" },
  },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "an extension that comes twice",
    bytes: helloRecord({ extensions: [extension(0, serverNames("b.evil"))] }),
    why: "the extension 0 is repeated",
  },
  {
    name: "an extension longer than its block",
    bytes: helloRecord({ extensions: [hex("ff01 0005 00")] }),
    why: "an extension is cut short",
  },
  {
    name: "an extension block longer than the hello",
    bytes: records(
      lengthen(clientHello({ ...MINIMAL, noExtensions: true }), hex("0001")),
    ),
    why: "the extensions are cut short",
  },
  {
    name: "bytes behind the extensions",
    bytes: helloRecord({ trailing: hex("00") }),
    why: "bytes follow the extensions",
  },
  {
    name: "an empty ALPN list",
    bytes: withExtension(16, alpnList()),
    why: "the ALPN list is empty",
  },
  {
    name: "an empty ALPN protocol",
    bytes: withExtension(16, alpnList("h2", "")),
    why: "the ALPN list holds an empty protocol",
  },
  {
    name: "an ALPN protocol longer than its list",
    bytes: withExtension(16, hex("0003 03 6832")),
    why: "the ALPN list is cut short",
  },
  {
    name: "bytes behind the ALPN list",
    bytes: withExtension(16, wire(alpnList("h2"), 0)),
    why: "bytes follow the ALPN list",
  },
  {
    name: "an empty list of versions",
    bytes: helloRecord({ versions: [] }),
    why: "the supported versions are an empty list",
  },
  {
    name: "versions of an odd length",
    bytes: helloRecord({
      versions: null,
      extensions: [extension(43, hex("03 030403"))],
    }),
    why: "the supported versions have an odd length",
  },
  {
    name: "versions longer than their extension",
    bytes: withExtension(43, hex("04 0304")),
    why: "the supported versions are cut short",
  },
  {
    name: "bytes behind the versions",
    bytes: withExtension(43, hex("02 0304 00")),
    why: "bytes follow the supported versions",
  },
  {
    name: "no cipher suites",
    bytes: helloRecord({ cipherSuites: [] }),
    why: "the cipher suites have a length of 0",
  },
  {
    name: "no compression method",
    bytes: helloRecord({ compressions: [] }),
    why: "no compression method is offered",
  },
  {
    name: "a version before SSL 3.0, and no list of versions",
    bytes: helloRecord({ legacyVersion: 0x0200, versions: null }),
    why: "the ClientHello offers no version",
  },
  {
    name: "two server names in two extensions",
    bytes: helloRecord({
      extensions: [extension(0, serverNames("b.example"))],
    }),
    why: "the extension 0 is repeated",
  },
  {
    name: "an empty hello",
    bytes: records(hex("01 000000")),
    why: "the ClientHello is cut short",
  },
];

testDetector(tls, { positive, negative: [], malformed });

/** A hello with that extension alone. */
function withExtension(type: number, body: Uint8Array): Uint8Array {
  return helloRecord({ ...MINIMAL, extensions: [extension(type, body)] });
}

/** A hello with bytes at its end, which its length counts. */
function lengthen(message: Uint8Array, tail: Uint8Array): Uint8Array {
  return wire(1, vector(3, wire(message.subarray(4), tail)));
}
