import { assertEquals } from "@std/assert";
import { readElement } from "../../../src/detect/protocols/ber.ts";
import { hex } from "../../support/wire.ts";

Deno.test("readElement: reads short and long lengths", () => {
  const lengths = { "04 03": 2, "04 81 03": 3, "04 84 00 00 00 03": 6 };
  for (const [bytes, start] of Object.entries(lengths)) {
    assertEquals(readElement(hex(bytes), 0, 100, 4), {
      kind: "element",
      tag: 4,
      start,
      end: start + 3,
    }, bytes);
  }
});

Deno.test("readElement: asks for what is missing of tag and length", () => {
  const missing = { "": 1, "04": 2, "04 82": 4, "04 82 01": 4 };
  for (const [bytes, atLeast] of Object.entries(missing)) {
    const verdict = readElement(hex(bytes), 0, 1000, 4);
    assertEquals(verdict, { kind: "more", atLeast }, bytes);
  }
});

Deno.test("readElement: takes any tag when none is asked for", () => {
  assertEquals(readElement(hex("5f 00"), 0, 2).kind, "element");
});

Deno.test("readElement: says no to other tags and lengths", () => {
  const bad = [
    "05", // another tag
    "04 80", // no definite length
    "04 85", // a length of 40 bits
    "04 04", // past the element around it
    "04 84 ff ff ff ff",
  ];
  for (const bytes of bad) {
    assertEquals(readElement(hex(bytes), 0, 5, 4).kind, "no", bytes);
  }
});

Deno.test("readElement: says no where the element around it ends", () => {
  assertEquals(readElement(hex("30 00"), 2, 2, 4).kind, "no");
});
