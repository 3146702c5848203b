import { assertEquals, assertThrows } from "@std/assert";
import { parseWrk } from "./wrk.ts";

const OUTPUT = `Running 2s test @ http://127.0.0.1:21016/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     7.81ms   24.60ms 140.38ms   92.25%
    Req/Sec    53.47k    23.14k   80.00k    80.00%
  Latency Distribution
     50%  319.00us
     75%  822.00us
     90%    9.09ms
     99%  126.92ms
  54151 requests in 1.08s, 8.00MB read
Requests/sec:  50205.73
Transfer/sec:      7.42MB
`;

Deno.test("the result of wrk is read from what it prints", () => {
  assertEquals(parseWrk(OUTPUT), {
    requests: 54151,
    perSecond: 50205.73,
    p99Us: 126_920,
    failed: 0,
  });
});

Deno.test("a latency in seconds, which wrk pads, is read like the others", () => {
  const slow = OUTPUT.replace("126.92ms", "  1.04s ");
  assertEquals(parseWrk(slow).p99Us, 1_040_000);
});

Deno.test("all kinds of failures that wrk counts are added up", () => {
  const failing = OUTPUT.replace(
    "Requests/sec",
    "  Socket errors: connect 1, read 2, write 3, timeout 4\n" +
      "  Non-2xx or 3xx responses: 5\nRequests/sec",
  );
  assertEquals(parseWrk(failing).failed, 15);
});

Deno.test("wrk without an answer is an error, not a figure of 0", () => {
  const none = OUTPUT.replace("54151 requests", "0 requests");
  assertThrows(() => parseWrk(none), Error, "wrk got no answer");
  assertThrows(() => parseWrk(""), Error, "wrk got no answer");
});
