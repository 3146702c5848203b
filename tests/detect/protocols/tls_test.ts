import { assert, assertEquals, fail } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import type { Verdict } from "../../../src/detect/detector.ts";
import { tls } from "../../../src/detect/protocols/tls.ts";
import {
  clientHello,
  extension,
  helloRecord,
  records,
  sslV2Hello,
} from "../../support/client_hello.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { hex, wire } from "../../support/wire.ts";

const MODERN = { sni: "app.example.com", version: "1.3" };

const positive: PositiveSample[] = [
  { name: "a hello", bytes: helloRecord(), facts: MODERN },
  {
    name: "a first record of 1 byte",
    bytes: records(clientHello(), [1, 16384]),
    facts: MODERN,
  },
  {
    name: "records of 1 byte each",
    bytes: records(clientHello(), [1]),
    facts: MODERN,
  },
  {
    name: "records of 3 bytes each",
    bytes: records(clientHello({ alpn: ["h2"] }), [3]),
    facts: { ...MODERN, alpn: ["h2"] },
  },
  {
    name: "a hello of 20000 bytes over two full records",
    bytes: records(clientHello({ padding: 20000 })),
    facts: MODERN,
  },
  {
    name: "early data behind the hello",
    bytes: wire(helloRecord(), hex("17 03 03 00 03 01 02 03")),
    facts: MODERN,
  },
  {
    name: "another message in the record of the hello",
    bytes: records(wire(clientHello(), hex("0b 00 00 02 aa bb"))),
    facts: MODERN,
  },
  {
    name: "an encrypted hello in a hello (ECH)",
    bytes: helloRecord({ extensions: [extension(0xfe0d, hex("00"))] }),
    facts: { ...MODERN, ech: true },
  },
  {
    name: "an SSLv2-style hello",
    bytes: sslV2Hello(0x0301),
    facts: { version: "1.0" },
  },
  {
    name: "an SSLv2-style hello of SSL 3.0 with a session id",
    bytes: sslV2Hello(0x0300, { sessionId: 16, challenge: 32 }),
    facts: { version: "3.0" },
  },
  {
    name: "an SSLv2 hello of SSL 2.0",
    bytes: sslV2Hello(0x0002, { ciphers: 21 }),
    facts: { version: "2.0" },
  },
];

/** What some server passes over. */
const PASSED_OVER = hex(
  "16 0301 0000 16 03ff 0000 14 0303 0001 01 14 0303 0000 15 0301 0002 01 5a",
);

positive.push(
  ...[0x0000, 0x0200, 0x0305, 0x03ff, 0x0fff, 0xfefd].map((version) => ({
    name: `records of version ${version.toString(16).padStart(4, "0")}`,
    bytes: records(clientHello(), [100], version),
    facts: MODERN,
  })),
  {
    name: "a second record of another version",
    bytes: wire(
      records(clientHello().subarray(0, 50)),
      records(clientHello().subarray(50), [20], 0x0201),
    ),
    facts: MODERN,
  },
  {
    name: "records before and within that are passed over",
    bytes: wire(
      PASSED_OVER,
      records(clientHello().subarray(0, 3)),
      PASSED_OVER,
      records(clientHello().subarray(3, 50)),
      PASSED_OVER,
      records(clientHello().subarray(50)),
    ),
    facts: MODERN,
  },
  {
    name: "32 empty records before",
    bytes: wire(...Array(32).fill(hex("16 0301 0000")), helloRecord()),
    facts: MODERN,
  },
  {
    name: "a session id of 255 bytes, an unknown extension twice",
    bytes: helloRecord({
      sessionIdBytes: 255,
      extensions: Array(2).fill(extension(99, hex("00"))),
    }),
    facts: MODERN,
  },
  {
    name: "a version before SSL 3.0 and a list of versions",
    bytes: helloRecord({ legacyVersion: 0x0002 }),
    facts: MODERN,
  },
  {
    name: "an SSLv2-style hello of a later version, with bytes behind it",
    bytes: wire(0x80, 32, sslV2Hello(0x0401).subarray(2), 0),
    facts: { version: "1.2" },
  },
);

const negative: readonly Sample[] = [
  { name: "HTTP", bytes: wire("GET / HTTP/1.1\r\nHost: a\r\n\r\n") },
  { name: "SSH", bytes: wire("SSH-2.0-OpenSSH_9.6\r\n") },
  { name: "a major version that nobody takes", bytes: hex("16 10") },
  { name: "ChangeCipherSpec of 2 bytes", bytes: hex("14 0301 0002") },
  { name: "ChangeCipherSpec of another byte", bytes: hex("14 0301 0001 02") },
  { name: "Telnet, whose command is a long SSLv2 hello", bytes: hex("ff fb") },
  { name: "a fatal alert", bytes: hex("15 0301 0002 02") },
  { name: "an alert of version 2", bytes: hex("15 02") },
  { name: "an encrypted alert", bytes: hex("15 0303 001a") },
  { name: "application data", bytes: hex("17") },
  {
    name: "an empty record and no other",
    bytes: hex("16 0301 0000 00"),
  },
  {
    name: "33 empty records",
    bytes: wire(...Array(33).fill(hex("16 0301 0000"))),
  },
  { name: "a ServerHello", bytes: hex("16 03 03 00 50 02") },
  { name: "a Bitcoin opening", bytes: hex("f9 be b4 d9 76 65") },
  { name: "an SSLv2 hello of version 1", bytes: hex("80 2e 01 00 01") },
  { name: "an SSLv2 hello of version 0.3", bytes: hex("80 2e 01 00 03") },
  { name: "an SSLv2 hello of version 2.0", bytes: hex("80 2e 01 02") },
  { name: "a long record of another message", bytes: hex("16 0301 4001 02") },
  { name: "an SSLv2-style length too short for a hello", bytes: hex("80 1b") },
  {
    name: "an SSLv2-style hello with an odd cipher length",
    bytes: sslV2Hello(0x0301, { ciphers: 7 }),
  },
  {
    name: "an SSLv2-style hello with a session id of 8 bytes",
    bytes: sslV2Hello(0x0301, { sessionId: 8 }),
  },
  {
    name: "an SSLv2-style hello with a challenge of 33 bytes",
    bytes: sslV2Hello(0x0301, { challenge: 33 }),
  },
  {
    name: "an SSLv2-style hello whose lengths do not add up",
    bytes: hex("80 1e 01 03 01 00 06 00 00 00 10"),
  },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "a hello longer than 65535 bytes",
    bytes: hex("16 0301 4000 01 010000"),
    why: "the ClientHello is longer than 65535 bytes",
  },
  {
    name: "a hello longer than 65535 bytes in small records",
    bytes: records(hex("01 010000"), [1]),
    why: "the ClientHello is longer than 65535 bytes",
  },
  {
    name: "a record longer than 18432 bytes",
    bytes: hex("16 0301 4801 01"),
    why: "a record is longer than 18432 bytes",
  },
  {
    name: "a fatal alert before the end of the hello",
    bytes: wire(
      records(clientHello().subarray(0, 50)),
      hex("15 0301 0002 0200"),
    ),
    why: "another record comes before the ClientHello is complete",
  },
];

testDetector(tls, { positive, negative, malformed });

Deno.test("TLS: says no at the first byte that rules it out", () => {
  for (const { name, bytes } of negative) {
    const first = bytes.findIndex((_, i) =>
      detect(bytes.subarray(0, i + 1)).kind === "no"
    );
    assert(first >= 0, name);
    for (let length = 0; length <= first; length++) {
      assertEquals(
        detect(bytes.subarray(0, length)),
        { kind: "more", atLeast: length + 1 },
        `${name}: ${length} bytes`,
      );
    }
  }
});

Deno.test("TLS: of another major version nothing counts but a sound hello", () => {
  const foreign = hex("16 0201 0040 01 00003c 02");
  const broken = records(hex("01 000000"), 16384, 0x0201);
  for (const bytes of [foreign, broken]) {
    assertEquals(detect(bytes).kind, "no");
    assertEquals(detect(bytes.subarray(0, -1)).kind, "more");
  }
});

Deno.test("TLS: what no rule tests refuses nobody", () => {
  const bytes = helloRecord({ sni: "a b", alpn: [""] });
  const of = (...needs: string[]) =>
    tls.detect(bytes, { ended: false, needs: new Set(needs) });
  const facts = { version: "1.3" };
  assertEquals(of(), { kind: "match", facts });
  assertEquals(of("version"), { kind: "match", facts });
  assertEquals(of("alpn").kind, "malformed");
  assertEquals(of("sni").kind, "malformed");
  const long = hex("16 0301 4000 01 010000");
  const longest = (...needs: string[]) =>
    tls.detect(long, { ended: false, needs: new Set(needs) });
  assertEquals(longest(), { kind: "match", facts: {} });
  assertEquals(longest("sni").kind, "malformed");
});

Deno.test("TLS: asks for exactly what a hello in one record lacks", () => {
  const bytes = helloRecord({ padding: 3000 });
  for (let length = 9; length < bytes.length; length++) {
    assertEquals(detect(bytes.subarray(0, length)), {
      kind: "more",
      atLeast: bytes.length,
    });
  }
});

Deno.test("TLS: asks no more than 70 times, however a hello is cut", () => {
  const bytes = records(clientHello({ padding: 10000 }), [1]);
  let asked = 0;
  for (let length = 0; length < bytes.length; asked++) {
    const verdict = detect(bytes.subarray(0, length));
    if (verdict.kind !== "more") return fail(verdict.kind);
    length = verdict.atLeast;
  }
  assert(asked <= 70, String(asked));
});

Deno.test("TLS: finds the same in any cut into records", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 400 }), {
    minLength: 1,
    maxLength: 20,
  });
  const message = clientHello({ alpn: ["h2"], padding: 500 });
  const whole = detect(records(message));
  assertEquals(whole.kind, "match");
  fc.assert(fc.property(sizes, (cut) => {
    assertEquals(detect(records(message, cut)), whole);
  }));
});

Deno.test("TLS: an incomplete hello stays more when the client ends", () => {
  const bytes = helloRecord();
  const verdict = tls.detect(bytes.subarray(0, -1), { ended: true });
  assertEquals(verdict.kind, "more");
});

Deno.test("TLS: ALPN takes any protocol to the letter, SNI a host", () => {
  const parse = (word: string, value: string) => {
    const parsed = tls.rules[word]!.parse(value);
    return parsed.ok ? [parsed.matcher.form, parsed.matcher.value] : null;
  };
  assertEquals(parse("ALPN", "http/1.1"), ["exact", "http/1.1"]);
  assertEquals(parse("ALPN", "h2*"), ["exact", "h2*"]);
  assertEquals(parse("ALPN", "a b"), null);
  assertEquals(parse("ALPN", ""), null);
  assertEquals(parse("SNI", "*.Example.com"), ["suffix", ".example.com"]);
  assertEquals(parse("SNI", "exa mple"), null);
});

Deno.test("TLS: ALPN is fulfilled by any protocol that is offered", () => {
  const parsed = tls.rules.ALPN!.parse("h2");
  assert(parsed.ok);
  assert(parsed.matcher.test({ alpn: ["http/1.1", "h2"] }));
  assert(!parsed.matcher.test({ alpn: ["H2"] }));
  assert(!parsed.matcher.test({}));
});

function detect(view: Uint8Array): Verdict {
  return tls.detect(view, { ended: false });
}
