import { assertEquals } from "@std/assert";
import type { Verdict } from "../../src/detect/detector.ts";
import { decodeAnswer, encodeAnswer } from "../../src/modules/messages.ts";

Deno.test("an answer comes out of its JSON as it went in, bytes too", () => {
  const verdicts: Verdict[] = [
    { kind: "match", facts: { bytes: "text", list: ["a"], n: 1, flag: true } },
    {
      kind: "more",
      atLeast: 9,
      reply: { bytes: Uint8Array.of(0, 255), after: 0, request: "START" },
    },
  ];
  for (const verdict of verdicts) {
    assertEquals(decodeAnswer(encodeAnswer(verdict)), verdict);
  }
});
