import {
  assert,
  assertEquals,
  assertObjectMatch,
  assertThrows,
} from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { PassthruError } from "../../src/errors.ts";
import { parseHex } from "../../src/explain/hex.ts";
import { wire } from "../support/wire.ts";

Deno.test("parseHex() reads digits, white space and 0x", () => {
  const texts = [
    "16030a",
    "16 03 0A",
    "0x16030a",
    "0x16 0x03 0x0a",
    "0X16\n03\t0a ",
    "1 6 0 3 0 a",
  ];
  for (const text of texts) {
    assertEquals(parseHex(text, "x"), wire(0x16, 3, 0x0a), text);
  }
  assertEquals(parseHex(" ", "x"), new Uint8Array());
});

Deno.test("parseHex() says where a text is no hex", () => {
  const bad: [string, string][] = [
    ["16g3", 'x:1:3: found "g", expected a hex digit'],
    ["16\n0 :", 'x:2:3: found ":", expected a hex digit'],
    ["\u{1f600}", 'x:1:1: found "\u{1f600}", expected a hex digit'],
    ["1x60", 'x:1:2: found "x", expected a hex digit'],
    ["00x1", 'x:1:3: found "x", expected a hex digit'],
    ["160 ", "x:1:4: the last byte has one digit, expected two"],
  ];
  for (const [text, message] of bad) {
    assertObjectMatch(assertThrows(() => parseHex(text, "x"), PassthruError), {
      code: "bad_input",
      message,
    });
  }
});

Deno.test("parseHex() gives bytes or an error of ours for any text", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(..."0123456789abcdefxX \ng") }),
  );
  fc.assert(fc.property(text, (text) => {
    try {
      parseHex(text, "x");
    } catch (error) {
      assert(error instanceof PassthruError);
    }
  }));
});
