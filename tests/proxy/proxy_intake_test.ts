import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import type { PeekMoment } from "../../src/net/peek.ts";
import { takeHeader } from "../../src/proxy/proxy_intake.ts";
import { hex, tlv, v2, V2_SIGNATURE } from "../support/proxy_headers.ts";
import { bytesOf, concat } from "../support/tcp.ts";

const V1 = bytesOf("PROXY TCP4 192.0.2.1 198.51.100.2 40000 443\r\n");
const GET = bytesOf("GET / HTTP/1.1\r\n");
const NO_BYTES = new Uint8Array();

/** What comes of some bytes: `wait`, `N taken`, or the refusal. */
function outcome(
  view: Uint8Array,
  end: PeekMoment | null,
  required = true,
  capacity = 16 * 1024,
): string {
  const taken = takeHeader(view, end, { required, capacity });
  if (taken === null) return "wait";
  return "reason" in taken
    ? `${taken.reason}: ${taken.error}`
    : `${taken.length} taken`;
}

Deno.test("takeHeader() says the same however the bytes are cut", () => {
  const headers = [V1, v2(), v2({ tlvs: [tlv(2, "a.test")] })];
  for (const header of headers) {
    for (
      const behind of [GET, hex("160301"), bytesOf("PRI * H"), hex("0d0a")]
    ) {
      const bytes = concat([header, behind]);
      let first = 0;
      for (let end = 0; end <= bytes.length; end++) {
        const said = outcome(bytes.subarray(0, end), null);
        if (said === "wait") assertEquals(first, 0, "a decision stays");
        else {
          assertEquals(said, `${header.length} taken`);
          first ||= end;
        }
      }
      // One that starts like a header waits for the byte that tells.
      if (first === 0) assertEquals(behind.length, 2);
      assertEquals(outcome(bytes, "deadline"), `${header.length} taken`);
    }
  }
});

const SECOND =
  "bad_proxy_header: A second PROXY header at offset 45: expected the client's bytes";

Deno.test("takeHeader() refuses a second header, of either version, good or bad", () => {
  for (
    const second of [
      V1,
      v2(),
      V2_SIGNATURE,
      bytesOf("PROXY"),
      bytesOf("PROXY nonsense\r\n"),
      concat([V2_SIGNATURE, hex("ff")]),
    ]
  ) assertEquals(outcome(concat([V1, second]), null), SECOND);
  assertMatch(outcome(concat([v2(), V1]), null), /at offset 28: expected/);
});

Deno.test("takeHeader() waits while a second header may come, and not for ever", () => {
  const part = concat([V1, bytesOf("PROX")]);
  assertEquals(outcome(part, null), "wait");
  for (const end of ["eof", "deadline"] as const) {
    assertEquals(outcome(part, end), "45 taken", "too few bytes to be one");
    assertEquals(outcome(V1, end), "45 taken", "a client that says nothing");
  }
});

Deno.test("takeHeader() takes a client that has said nothing for a while for silent, and waits for a header that is on its way", () => {
  const silence = "silence";
  assertEquals(outcome(V1, silence), "45 taken");
  assertEquals(outcome(concat([V1, bytesOf("PROX")]), silence), "wait");
  assertEquals(outcome(V1.subarray(0, 9), silence), "wait");
  assertEquals(outcome(NO_BYTES, silence), "wait", "it must come");
  assertEquals(outcome(NO_BYTES, silence, false), "0 taken");
});

Deno.test("takeHeader() waits for nothing behind the header where nothing is decided by it", () => {
  const options = { required: true, alone: true, capacity: 16 * 1024 };
  const taken = (bytes: Uint8Array) => takeHeader(bytes, null, options);
  assertObjectMatch(taken(V1)!, { length: 45 });
  assertObjectMatch(taken(v2())!, { length: 28 });
  assertEquals(taken(V1.subarray(0, -1)), null);
  assertObjectMatch(taken(concat([V1, V1]))!, { reason: "bad_proxy_header" });
});

Deno.test("takeHeader() refuses a header that is cut by the end", () => {
  for (
    const [bytes, end, error] of [
      [
        V1.subarray(0, -1),
        "eof",
        "found 44 bytes and then the end of the stream",
      ],
      [
        v2().subarray(0, 20),
        "deadline",
        "found 20 bytes and then no further bytes within the detection timeout",
      ],
    ] as const
  ) {
    for (const required of [true, false]) {
      assertEquals(
        outcome(bytes, end, required),
        `bad_proxy_header: The PROXY header is incomplete: ${error}`,
      );
    }
  }
});

Deno.test("takeHeader() refuses what is no header only where one is required", () => {
  for (
    const [bytes, end, found] of [
      [GET, null, "0x47 at offset 0"],
      [bytesOf("POST"), null, "0x4f at offset 1"],
      [
        NO_BYTES,
        "deadline",
        "0 bytes and then no further bytes within the detection timeout",
      ],
      [bytesOf("PRO"), "eof", "3 bytes and then the end of the stream"],
    ] as const
  ) {
    assertEquals(
      outcome(bytes, end),
      `proxy_header_missing: No PROXY header: found ${found}, expected one of version 1 or 2`,
    );
    assertEquals(outcome(bytes, end, false), "0 taken");
  }
  // Somebody who connects and leaves.
  assertEquals(outcome(NO_BYTES, "eof"), "0 taken");
});

Deno.test("takeHeader() keeps room in a small buffer to see a second header", () => {
  const filler = (bytes: number) =>
    v2({ tlvs: [tlv(0xe0, new Uint8Array(bytes - 31))] });
  assertEquals(filler(500).length, 500);
  assertEquals(outcome(filler(500), "deadline", true, 512), "500 taken");
  assertEquals(
    outcome(filler(501), null, true, 512),
    "bad_proxy_header: Bad PROXY header at offset 14: found a length of 485, expected at most 484",
  );
  const two = concat([filler(500), V2_SIGNATURE]);
  assertMatch(outcome(two, "full", true, 512), /A second PROXY header/);
});
