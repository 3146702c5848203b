import { assertEquals, assertThrows } from "@std/assert";
import { parseIperf } from "./iperf3.ts";

Deno.test("the result of iperf3 is what the receiver has got", () => {
  const text = JSON.stringify({
    end: {
      sum_sent: { bytes: 2_000, seconds: 1 },
      sum_received: { bytes: 1_000, seconds: 2 },
    },
  });
  assertEquals(parseIperf(text), { bytes: 1_000, seconds: 2 });
});

Deno.test("iperf3 that moved nothing is an error, not a figure of 0", () => {
  for (const text of ['{"error":"busy"}', '{"end":{"sum_received":{}}}']) {
    assertThrows(() => parseIperf(text), Error, "moved no bytes");
  }
});
