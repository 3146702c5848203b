import { assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { latin1 } from "../../src/detect/byte_reader.ts";
import {
  decodeHuffman,
  HUFFMAN_CODE_BITS,
} from "../../src/detect/hpack_huffman.ts";
import { hex } from "../support/wire.ts";

const END_OF_STRING = 256;
const CODES = canonicalCodes();

Deno.test("HUFFMAN_CODE_BITS makes a complete code", () => {
  assertEquals(HUFFMAN_CODE_BITS.length, 257);
  const kraft = HUFFMAN_CODE_BITS.reduce((sum, bits) => sum + 2 ** -bits, 0);
  assertEquals(kraft, 1);
});

Deno.test("HUFFMAN_CODE_BITS makes the codes of RFC 7541 appendix B", () => {
  const published: Record<number, string> = {
    0: "1ff8",
    1: "7fffd8",
    9: "ffffea",
    10: "3ffffffc",
    32: "14",
    48: "0",
    92: "7fff0",
    97: "3",
    122: "7b",
    127: "ffffffc",
    128: "fffe6",
    153: "1fffdc",
    199: "1ffffec",
    249: "ffffffe",
    255: "3ffffee",
    [END_OF_STRING]: "3fffffff",
  };
  for (const [symbol, code] of Object.entries(published)) {
    assertEquals(CODES[Number(symbol)]!.toString(16), code, symbol);
  }
});

Deno.test("decodeHuffman() reads the examples of RFC 7541 appendix C", () => {
  const examples: Record<string, string> = {
    "f1e3 c2e5 f23a 6ba0 ab90 f4ff": "www.example.com",
    "a8eb 1064 9cbf": "no-cache",
    "25a8 49e9 5ba9 7d7f": "custom-key",
    "25a8 49e9 5bb8 e8b4 bf": "custom-value",
    "6402": "302",
    "aec3 771a 4b": "private",
    "d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff":
      "Mon, 21 Oct 2013 20:13:21 GMT",
    "9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3": "https://www.example.com",
    "94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07":
      "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
  };
  for (const [bytes, text] of Object.entries(examples)) {
    assertEquals(latin1(decodeHuffman(hex(bytes))!), text);
  }
});

Deno.test("decodeHuffman() reads what an encoder of the same code wrote", () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assertEquals(decodeHuffman(encode(all)), all);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    assertEquals(decodeHuffman(encode(bytes)), bytes);
  }));
});

Deno.test("decodeHuffman() refuses bad padding and the end of string", () => {
  assertEquals(decodeHuffman(hex("1fff")), null); // 8 bits or more
  assertEquals(decodeHuffman(hex("18")), null); // not all ones
  assertEquals(decodeHuffman(hex("ff")), null); // nothing but padding
  assertEquals(decodeHuffman(hex("ffffffff")), null);
  assertEquals(decodeHuffman(hex("")), new Uint8Array());
  assertEquals(latin1(decodeHuffman(hex("1f"))!), "a");
});

/** The codes by the rule that a canonical code follows. */
function canonicalCodes(): number[] {
  const codes: number[] = [];
  let next = 0;
  for (let bits = 1; bits <= 30; bits++) {
    next *= 2;
    for (const [symbol, length] of HUFFMAN_CODE_BITS.entries()) {
      if (length === bits) codes[symbol] = next++;
    }
  }
  return codes;
}

function encode(bytes: Uint8Array): Uint8Array {
  const bits = Array.from(
    bytes,
    (byte) => CODES[byte]!.toString(2).padStart(HUFFMAN_CODE_BITS[byte]!, "0"),
  ).join("");
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1");
  return Uint8Array.from(
    { length: padded.length / 8 },
    (_, i) => parseInt(padded.slice(8 * i, 8 * i + 8), 2),
  );
}
