import { assert, assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { decodeHpack, MAX_TEXT_BYTES } from "../../src/detect/hpack.ts";
import { STATIC_TABLE } from "../../src/detect/hpack_static_table.ts";
import { literals } from "../support/http2_frames.ts";
import { hex, vector, wire } from "../support/wire.ts";

/** Blocks that stand for fields, in the notation of RFC 7541 appendix C. */
const SOUND: readonly (readonly [string, string, Record<string, string>])[] = [
  [
    "a literal with indexing (C.2.1)",
    "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
    { "custom-key": "custom-header" },
  ],
  [
    "a literal without indexing (C.2.2)",
    "040c 2f73 616d 706c 652f 7061 7468",
    { ":path": "/sample/path" },
  ],
  [
    "a literal never indexed (C.2.3)",
    "1008 7061 7373 776f 7264 0673 6563 7265 74",
    { password: "secret" },
  ],
  ["an indexed field (C.2.4)", "82", { ":method": "GET" }],
  [
    "a request without Huffman (C.3.1)",
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    {
      ":method": "GET",
      ":scheme": "http",
      ":path": "/",
      ":authority": "www.example.com",
    },
  ],
  [
    "a request with Huffman (C.4.1)",
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    {
      ":method": "GET",
      ":scheme": "http",
      ":path": "/",
      ":authority": "www.example.com",
    },
  ],
  [
    "a name and value with Huffman (C.4.3)",
    "4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    { "custom-key": "custom-value" },
  ],
];

for (const [name, block, fields] of SOUND) {
  Deno.test(`decodeHpack() reads ${name}`, () => {
    assertEquals(pairs(hex(block)), Object.entries(fields));
  });
}

/** Blocks that are broken. */
const BROKEN: readonly (readonly [string, string])[] = [
  ["index 0", "80"],
  ["an index behind both tables", "be"],
  ["the name of an index behind both tables", "7e 01 61"],
  ["a literal without a value", "40 01 61"],
  ["a literal without a name", "40"],
  ["a string longer than the block", "40 01 61 02 62"],
  ["an integer cut short", "ff"],
  ["an integer over 28 bits", "ff ff ff ff ff ff 01"],
  ["a larger table than allowed", "3f e2 1f"],
  ["a table size behind a field", "82 20"],
  ["Huffman padding of 8 bits", "00 82 1fff 00"],
  ["Huffman padding that is not all ones", "00 81 18 00"],
  ["the Huffman end of string", "00 84 ffffffff 00"],
];

for (const [name, block] of BROKEN) {
  Deno.test(`decodeHpack() refuses ${name}`, () => {
    assertEquals(decodeHpack(hex(block)), null);
  });
}

Deno.test("decodeHpack() remembers fields, the newest first", () => {
  const block = wire(remembered("a", "1"), remembered("b", "2"), 0xbe, 0xbf);
  assertEquals(pairs(block), [
    ["a", "1"],
    ["b", "2"],
    ["b", "2"],
    ["a", "1"],
  ]);
});

Deno.test("decodeHpack() forgets the oldest fields of a full table", () => {
  // 32 + 1 + 2000 bytes each: two of them fit into 4096, a third does not.
  const list = ["a", "b", "c"].map((name) =>
    wire(0x40, vector(1, wire(name)), 0x7f, 0xd1, 0x0e, "v".repeat(2000))
  );
  const names = (block: Uint8Array) => pairs(block)?.map(([name]) => name);
  assertEquals(names(wire(...list, 0xbf)), ["a", "b", "c", "b"]);
  assertEquals(decodeHpack(wire(...list, 0xc0)), null);
});

Deno.test("decodeHpack() forgets a field that is larger than the table", () => {
  const large = wire(0x40, 1, "a", 0x7f, 0x81, 0x1f, "v".repeat(4096));
  assertEquals(pairs(large)?.length, 1);
  assertEquals(decodeHpack(wire(remembered("b", "1"), large, 0xbe)), null);
});

Deno.test("decodeHpack() follows a table size, up to the default", () => {
  assertEquals(decodeHpack(wire(0x20, remembered("a", "1"), 0xbe)), null);
  const twice = wire(0x20, 0x3f, 0xe1, 0x1f, remembered("a", "1"), 0xbe);
  assertEquals(pairs(twice)?.length, 2);
});

Deno.test("decodeHpack() refuses a block that stands for too much", () => {
  const value = "v".repeat(4000);
  const bomb = (count: number) =>
    wire(
      wire(0x40, 1, "a", 0x7f, 0xa1, 0x1e, value),
      new Uint8Array(count).fill(0xbe),
    );
  const most = Math.floor(MAX_TEXT_BYTES / 4001) - 1;
  assertEquals(pairs(bomb(most))?.length, most + 1);
  assertEquals(decodeHpack(bomb(most + 1)), null);
});

Deno.test("decodeHpack() never throws, and bounds what it returns", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (block) => {
      const text = (decodeHpack(block) ?? []).reduce(
        (sum, field) => sum + field.name.length + field.value.length,
        0,
      );
      assert(text <= MAX_TEXT_BYTES);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("decodeHpack() returns the literals that were put in", () => {
  const text = fc.string({ unit: "binary-ascii", maxLength: 100 });
  fc.assert(fc.property(fc.array(fc.tuple(text, text)), (fields) => {
    assertEquals(pairs(literals(fields)), fields);
  }));
});

Deno.test("STATIC_TABLE has the 61 fields of RFC 7541", () => {
  assertEquals(STATIC_TABLE.length, 61);
  const at = (index: number) => Object.values(STATIC_TABLE[index - 1]!);
  assertEquals(at(1), [":authority", ""]);
  assertEquals(at(16), ["accept-encoding", "gzip, deflate"]);
  assertEquals(at(38), ["host", ""]);
  assertEquals(at(61), ["www-authenticate", ""]);
});

/** A literal that goes into the dynamic table. */
function remembered(name: string, value: string): Uint8Array {
  return wire(0x40, vector(1, wire(name)), vector(1, wire(value)));
}

function pairs(block: Uint8Array): [string, string][] | undefined {
  return decodeHpack(block)?.map(({ name, value }) => [name, value]);
}
