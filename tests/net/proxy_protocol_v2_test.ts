import { assertEquals } from "@std/assert";
import { parseProxyHeader } from "../../src/net/proxy_protocol_parse.ts";
import { encodeLocal, encodeV2 } from "../../src/net/proxy_protocol_v2.ts";
import type { ConnectionEnds, Tlv } from "../../src/net/proxy_protocol.ts";
import {
  hex,
  IPV4_ENDS,
  IPV6_ENDS,
  tlv,
  v2,
  V2_SIGNATURE,
} from "../support/proxy_headers.ts";
import { bytesOf, concat } from "../support/tcp.ts";

const OVER_IPV4: ConnectionEnds = {
  source: { hostname: "192.0.2.1", port: 40000 },
  destination: { hostname: "198.51.100.2", port: 443 },
};
const OVER_IPV6: ConnectionEnds = {
  source: { hostname: "2001:db8::1", port: 40000 },
  destination: { hostname: "2001:db8::2", port: 443 },
};
const MAPPED = hex(
  "00000000000000000000ffffc0000201 00000000000000000000ffffc6336402 9c40 01bb",
);
const UNIX = new Uint8Array(216).fill(0x61);
const NO_BYTES = new Uint8Array();

/** A header without TLVs over which the checksum was computed elsewhere. */
const LOCAL_WITH_CHECKSUM = concat([
  V2_SIGNATURE,
  hex("20 00 0007 03 0004 a9b87e8f"),
]);

const GOOD: [
  name: string,
  header: Uint8Array,
  ends: ConnectionEnds | null,
  tlvs: Tlv[],
][] = [
  ["TCP over IPv4", v2(), OVER_IPV4, []],
  ["TCP over IPv6", v2({ family: 0x21, addresses: IPV6_ENDS }), OVER_IPV6, []],
  ["mapped IPv4", v2({ family: 0x21, addresses: MAPPED }), OVER_IPV4, []],
  ["UDP over IPv4", v2({ family: 0x12 }), null, []],
  ["UDP over IPv6", v2({ family: 0x22, addresses: IPV6_ENDS }), null, []],
  ["a Unix socket", v2({ family: 0x31, addresses: UNIX }), null, []],
  ["IPv4, any transport", v2({ family: 0x10 }), null, []],
  ["nothing known", v2({ family: 0, addresses: NO_BYTES }), null, []],
  ["LOCAL", v2({ command: 0x20, family: 0, addresses: NO_BYTES }), null, []],
  ["LOCAL with addresses", v2({ command: 0x20 }), null, []],
  [
    "LOCAL of a family of no sense",
    v2({ command: 0x20, family: 0xf7 }),
    null,
    [],
  ],
  [
    "LOCAL with a block of no sense",
    v2({ command: 0x20, family: 0, addresses: hex("0102") }),
    null,
    [],
  ],
  [
    "LOCAL with a family and nothing behind",
    v2({ command: 0x20, family: 0x21, addresses: NO_BYTES }),
    null,
    [],
  ],
  [
    "LOCAL with a checksum",
    LOCAL_WITH_CHECKSUM,
    null,
    [{ type: 3, value: hex("a9b87e8f") }],
  ],
  [
    "TLVs behind addresses",
    v2({ tlvs: [tlv(2, "a.test"), tlv(0xe4, NO_BYTES), tlv(4, "..")] }),
    OVER_IPV4,
    [
      { type: 2, value: bytesOf("a.test") },
      { type: 0xe4, value: NO_BYTES },
      { type: 4, value: bytesOf("..") },
    ],
  ],
  [
    "TLVs behind a Unix socket",
    v2({ family: 0x31, addresses: UNIX, tlvs: [tlv(1, "h2")] }),
    null,
    [{ type: 1, value: bytesOf("h2") }],
  ],
  [
    "a unique ID of 128 bytes",
    v2({ tlvs: [tlv(5, new Uint8Array(128))] }),
    OVER_IPV4,
    [{ type: 5, value: new Uint8Array(128) }],
  ],
];

for (const [name, header, ends, tlvs] of GOOD) {
  Deno.test(`PROXY v2: takes ${name}`, () => {
    assertEquals(parseProxyHeader(concat([header, bytesOf("GET")])), {
      kind: "header",
      header: { version: 2, ends, tlvs },
      length: header.length,
    });
  });
}

const BAD: [name: string, header: Uint8Array, why: string][] = [
  [
    "version 1",
    v2({ command: 0x11 }),
    "offset 12: found 0x11, expected 0x20 (version 2, LOCAL) or 0x21 (version 2, PROXY)",
  ],
  [
    "an unknown command",
    v2({ command: 0x22 }),
    "offset 12: found 0x22, expected 0x20 (version 2, LOCAL) or 0x21 (version 2, PROXY)",
  ],
  [
    "an unknown family",
    v2({ family: 0x41 }),
    "offset 13: found 0x41, expected a family of 0 to 3 and a transport of 0 to 2",
  ],
  [
    "an unknown transport",
    v2({ family: 0x13 }),
    "offset 13: found 0x13, expected a family of 0 to 3 and a transport of 0 to 2",
  ],
  [
    "too few bytes for IPv4",
    v2({ length: 11 }),
    "offset 14: found a length of 11, expected at least 12 for the addresses",
  ],
  [
    "too few bytes for IPv6",
    v2({ family: 0x21 }),
    "offset 14: found a length of 12, expected at least 36 for the addresses",
  ],
  [
    "too few bytes for a Unix socket",
    v2({ family: 0x31, addresses: UNIX.subarray(1) }),
    "offset 14: found a length of 215, expected at least 216 for the addresses",
  ],
  [
    "a header of 64 KiB",
    v2({ length: 65535 }),
    "offset 14: found a length of 65535, expected at most 4080",
  ],
  [
    "a header of a byte too many",
    v2({ length: 4081 }),
    "offset 14: found a length of 4081, expected at most 4080",
  ],
  [
    "a LOCAL of a byte too many",
    v2({ command: 0x20, length: 4081 }),
    "offset 14: found a length of 4081, expected at most 4080",
  ],
  [
    "a piece of a TLV",
    v2({ tlvs: [tlv(2, "a"), hex("0200")] }),
    "offset 32: found 2 bytes, expected a TLV of 3 bytes or more",
  ],
  [
    "a TLV that leads out of the header",
    v2({ tlvs: [tlv(2, "a.test", 7)] }),
    "offset 28: found a TLV 0x02 with a length of 7, expected at most the 6 bytes that are left",
  ],
  [
    "a checksum of 3 bytes",
    v2({ tlvs: [tlv(3, "abc")] }),
    "offset 28: found a TLV 0x03 with a length of 3, expected 4",
  ],
  [
    "a wrong checksum",
    v2({ tlvs: [tlv(3, hex("01020304"))] }),
    "offset 31: found the CRC32C 0x01020304, expected 0x4d20d609",
  ],
  [
    "a wrong checksum of LOCAL",
    concat([LOCAL_WITH_CHECKSUM.subarray(0, -1), hex("8e")]),
    "offset 19: found the CRC32C 0xa9b87e8e, expected 0xa9b87e8f",
  ],
  [
    "two checksums",
    v2({ tlvs: [tlv(3, hex("00000000")), tlv(3, hex("00000000"))] }),
    "offset 35: found a second CRC32C, expected one",
  ],
  [
    "a unique ID of 129 bytes",
    v2({ tlvs: [tlv(5, new Uint8Array(129))] }),
    "offset 28: found a TLV 0x05 with a length of 129, expected at most 128",
  ],
];

for (const [name, header, why] of BAD) {
  Deno.test(`PROXY v2: refuses ${name}`, () => {
    assertEquals(parseProxyHeader(header), { kind: "bad", why });
  });
}

Deno.test("PROXY v2: a header of 4096 bytes is the longest", () => {
  const filler = tlv(0xe0, new Uint8Array(4080 - IPV4_ENDS.length - 3));
  const header = v2({ tlvs: [filler] });
  assertEquals(header.length, 4096);
  assertEquals(parseProxyHeader(header).kind, "header");
});

Deno.test("PROXY v2: what is wrong is said at the first byte that shows it", () => {
  for (
    const [header, at] of [
      [v2({ command: 0x31 }), 13],
      [v2({ family: 0x40 }), 14],
      [v2({ length: 5000 }), 16],
      [v2({ length: 1 }), 16],
    ] as const
  ) {
    assertEquals(parseProxyHeader(header.subarray(0, at - 1)).kind, "more");
    assertEquals(parseProxyHeader(header.subarray(0, at)).kind, "bad");
  }
});

Deno.test("PROXY v2: the bytes that are sent", () => {
  assertEquals(
    encodeV2(OVER_IPV4, [{ type: 2, value: bytesOf("a.test") }]),
    concat([
      hex("0d0a0d0a000d0a515549540a 21 11 001c"),
      IPV4_ENDS,
      hex("03 0004 f77eff0a"),
      hex("02 0006 612e74657374"),
    ]),
  );
  const mixed = encodeV2({ ...OVER_IPV4, destination: OVER_IPV6.source }, []);
  assertEquals(
    mixed.subarray(12, 52),
    hex(`21 21 002b 00000000000000000000ffffc0000201
      20010db8000000000000000000000001 9c40 9c40`.replaceAll("\n", "")),
  );
  assertEquals(encodeLocal(), LOCAL_WITH_CHECKSUM);
});

Deno.test("PROXY v2: ends without an IP address are sent as LOCAL", () => {
  const nowhere = { hostname: "", port: 0 };
  const ends = { source: nowhere, destination: nowhere };
  assertEquals(encodeV2(ends, []), LOCAL_WITH_CHECKSUM);
});
