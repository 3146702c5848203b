import { assertEquals, assertNotEquals, fail } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import type {
  ConnectionEnds,
  ProxyHeaderLook,
  Tlv,
} from "../../src/net/proxy_protocol.ts";
import { parseProxyHeader } from "../../src/net/proxy_protocol_parse.ts";
import { encodeV1 } from "../../src/net/proxy_protocol_v1.ts";
import { encodeV2 } from "../../src/net/proxy_protocol_v2.ts";
import { v2, V2_SIGNATURE } from "../support/proxy_headers.ts";
import { bytesOf, concat } from "../support/tcp.ts";

/** Objects like those of a literal. */
const PLAIN = { noNullPrototype: true };
const port = fc.integer({ min: 0, max: 65535 });

function endsOf(address: fc.Arbitrary<string>): fc.Arbitrary<ConnectionEnds> {
  const end = fc.record({ hostname: address, port }, PLAIN);
  return fc.record({ source: end, destination: end }, PLAIN);
}

/** Canonical IPv6 texts, none of which is a mapped IPv4 address. */
const ipv6 = fc.array(fc.integer({ min: 0x1000, max: 0xffff }), {
  minLength: 8,
  maxLength: 8,
}).map((groups) => groups.map((group) => group.toString(16)).join(":"));

const ends = fc.oneof(endsOf(fc.ipV4()), endsOf(ipv6));
const tlvs: fc.Arbitrary<Tlv[]> = fc.array(
  fc.record({
    type: fc.integer({ min: 0x20, max: 0xff }),
    value: fc.uint8Array({ maxLength: 200 }),
  }, PLAIN),
  { maxLength: 8 },
);

/** Bytes that come near to being a header. */
const nearly = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.tuple(fc.constantFrom(V2_SIGNATURE, bytesOf("PROXY ")), fc.uint8Array())
    .map(concat),
  fc.record({
    command: fc.constantFrom(0x20, 0x21),
    family: fc.constantFrom(0, 0x11, 0x21, 0x31),
    addresses: fc.uint8Array({ maxLength: 300 }),
    length: fc.integer({ min: 0, max: 400 }),
  }, { requiredKeys: ["command"] }).map(v2),
  fc.array(fc.constantFrom(..."PROXY TCP46UNKNOWN:.0159ab\r\n".split("")), {
    maxLength: 120,
  }).map((letters) => bytesOf(`PROXY ${letters.join("")}`)),
);

function headerOf(look: ProxyHeaderLook) {
  assertEquals(look.kind, "header");
  return look.kind === "header" ? look : fail();
}

Deno.test("PROXY: what is sent is what is received", () => {
  fc.assert(fc.property(ends, tlvs, fc.uint8Array(), (sent, more, behind) => {
    const first = encodeV1(sent);
    const one = headerOf(parseProxyHeader(concat([first, behind])));
    assertEquals(one.header, { version: 1, ends: sent, tlvs: [] });
    assertEquals(one.length, first.length);
    const second = encodeV2(sent, more);
    const two = headerOf(parseProxyHeader(concat([second, behind])));
    assertEquals(two.header.ends, sent);
    assertEquals(two.header.tlvs.slice(1), more);
    assertEquals(two.length, second.length);
  }));
});

Deno.test("PROXY: a header that is cut anywhere is one that needs more", () => {
  fc.assert(
    fc.property(ends, tlvs, (sent, more) => {
      for (const header of [encodeV1(sent), encodeV2(sent, more)]) {
        for (let end = 0; end < header.length; end++) {
          const { kind } = parseProxyHeader(header.subarray(0, end));
          assertEquals(kind, "more");
        }
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("PROXY: whatever the bytes, an answer stays what it is with more of them", () => {
  fc.assert(
    fc.property(nearly, (bytes) => {
      const whole = parseProxyHeader(bytes);
      for (let end = 0; end < bytes.length; end++) {
        const part = parseProxyHeader(bytes.subarray(0, end));
        if (part.kind !== "more") assertEquals(part, whole);
        else if (part.signed) assertNotEquals(whole.kind, "absent");
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("PROXY: a bit that flips on the way does not pass the checksum", () => {
  fc.assert(fc.property(ends, tlvs, fc.nat(), (sent, more, nth) => {
    const header = encodeV2(sent, more);
    // Of the signature, version and length other checks take care.
    const bit = nth % ((header.length - 16) * 8);
    header[16 + (bit >> 3)]! ^= 1 << (bit & 7);
    assertNotEquals(parseProxyHeader(header).kind, "more");
    const look = parseProxyHeader(header);
    if (look.kind !== "header") return;
    // A flip in the type of the checksum turns it into something else.
    assertNotEquals(look.header.tlvs[0]?.type, 3);
  }));
});

const ABSENT: [text: string, offset: number][] = [
  ["GET / HTTP/1.1\r\n", 0],
  ["\x16\x03\x01", 0],
  ["POST / HTTP/1.1\r\n", 1],
  ["PRI * HTTP/2.0\r\n", 2],
  ["PROPFIND / HTTP/1.1\r\n", 3],
  ["PROXX", 4],
  ["\r\n\r\nGET", 4],
  ["\r\n\r\n\x00\r\nQUIT\r", 11],
];

Deno.test("PROXY: other bytes are no header, said at the byte that shows it", () => {
  for (const [text, offset] of ABSENT) {
    const bytes = bytesOf(text);
    assertEquals(parseProxyHeader(bytes), { kind: "absent", offset });
    assertEquals(parseProxyHeader(bytes.subarray(0, offset)), {
      kind: "more",
      signed: false,
    });
  }
});
