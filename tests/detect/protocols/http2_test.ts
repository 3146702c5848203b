import { assertEquals } from "@std/assert";
import type { Verdict } from "../../../src/detect/detector.ts";
import { http2 } from "../../../src/detect/protocols/http2.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import {
  frame,
  literals,
  opening,
  PREFACE,
  request,
  SETTINGS,
} from "../../support/http2_frames.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const HEADERS = 1;
const CONTINUATION = 9;
const END_HEADERS = 0x04;
const PADDED = 0x08;
const PRIORITY = 0x20;

const BLOCK = literals(request("a.example"));
const FACTS = { host: "a.example", method: "GET", path: "/" };

/** An opening with those frames behind SETTINGS. */
function frames(...list: readonly Uint8Array[]): Uint8Array {
  return wire(PREFACE, SETTINGS, ...list);
}

const positive: readonly PositiveSample[] = [
  { name: "a request", bytes: opening(BLOCK), facts: FACTS },
  {
    name: "other frames before HEADERS",
    bytes: wire(
      PREFACE,
      frame(4, 0, 0, hex("0003 0000 0064 0004 0000 ffff")),
      frame(8, 0, 0, be(65535, 4)),
      frame(2, 0, 3, hex("00000000 c8")),
      frame(6, 0, 0, new Uint8Array(8)),
      frame(0x10, 0, 0, be(1, 4)),
      frame(0xbb, 0xff, 7, wire("grease")),
      frame(HEADERS, END_HEADERS, 11, BLOCK),
    ),
    facts: FACTS,
  },
  {
    name: "HEADERS with padding and priority",
    bytes: frames(
      frame(
        HEADERS,
        END_HEADERS | PADDED | PRIORITY,
        1,
        wire(3, be(0, 4), 15, BLOCK, 0, 0, 0),
      ),
    ),
    facts: FACTS,
  },
  {
    name: "a field block over three frames",
    bytes: frames(
      frame(HEADERS, PADDED, 1, wire(1, BLOCK.subarray(0, 7), 0)),
      frame(CONTINUATION, 0, 1, BLOCK.subarray(7, 8)),
      frame(CONTINUATION, END_HEADERS, 1, BLOCK.subarray(8)),
    ),
    facts: FACTS,
  },
];

const negative: readonly Sample[] = [
  { name: "HTTP/1", bytes: wire("GET / HTTP/1.1\r\n") },
  { name: "a method that starts alike", bytes: wire("PRINT /") },
  { name: "PRI in HTTP/1", bytes: wire("PRI * HTTP/1.1\r\n") },
  {
    name: "a preface with another word",
    bytes: wire(PREFACE.subarray(0, 18), "XX"),
  },
  { name: "TLS", bytes: hex("16 03 01") },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "a first frame that is not SETTINGS",
    bytes: wire(PREFACE, frame(HEADERS, END_HEADERS, 1, BLOCK)),
    why: "the first frame is not SETTINGS",
  },
  {
    name: "SETTINGS on a stream",
    bytes: wire(PREFACE, frame(4, 0, 1, wire())),
    why: "SETTINGS names a stream",
  },
  {
    name: "SETTINGS of 5 bytes",
    bytes: wire(PREFACE, frame(4, 0, 0, new Uint8Array(5))),
    why: "SETTINGS is cut short",
  },
  {
    name: "a frame longer than 16384 bytes",
    bytes: frames(hex("004001 06 00 00000000")),
    why: "a frame is longer than 16384 bytes",
  },
  {
    name: "DATA before HEADERS",
    bytes: frames(frame(0, 0, 1, wire())),
    why: "a frame of type 0 comes before HEADERS",
  },
  {
    name: "CONTINUATION before HEADERS",
    bytes: frames(frame(CONTINUATION, END_HEADERS, 1, BLOCK)),
    why: "a frame of type 9 comes before HEADERS",
  },
  {
    name: "HEADERS on stream 0",
    bytes: frames(frame(HEADERS, END_HEADERS, 0, BLOCK)),
    why: "HEADERS names no client stream",
  },
  {
    name: "HEADERS on a stream of the server",
    bytes: frames(frame(HEADERS, END_HEADERS, 2, BLOCK)),
    why: "HEADERS names no client stream",
  },
  {
    name: "more padding than HEADERS",
    bytes: frames(frame(HEADERS, END_HEADERS | PADDED, 1, wire(3, 0, 0))),
    why: "HEADERS is cut short",
  },
  {
    name: "HEADERS too short for its priority",
    bytes: frames(frame(HEADERS, END_HEADERS | PRIORITY, 1, wire(0, 0))),
    why: "HEADERS is cut short",
  },
  {
    name: "empty HEADERS with padding",
    bytes: frames(frame(HEADERS, END_HEADERS | PADDED, 1, wire())),
    why: "HEADERS is cut short",
  },
  {
    name: "another frame inside the field block",
    bytes: frames(
      frame(HEADERS, 0, 1, BLOCK.subarray(0, 7)),
      frame(6, 0, 0, new Uint8Array(8)),
    ),
    why: "another frame comes before the end of HEADERS",
  },
  {
    name: "CONTINUATION on another stream",
    bytes: frames(
      frame(HEADERS, 0, 1, BLOCK.subarray(0, 7)),
      frame(CONTINUATION, END_HEADERS, 3, BLOCK.subarray(7)),
    ),
    why: "another frame comes before the end of HEADERS",
  },
  {
    name: "a broken field block",
    bytes: opening(hex("80")),
    why: "the field block is invalid or larger than 64 KiB when decoded",
  },
  {
    name: "a field block that stands for more than 64 KiB",
    bytes: opening(
      wire(
        wire(0x40, vector(1, wire("a")), 0x7f, 0xe1, 0x1e, "b".repeat(4000)),
        new Uint8Array(20).fill(0xbe),
      ),
    ),
    why: "the field block is invalid or larger than 64 KiB when decoded",
  },
];

testDetector(http2, { positive, negative, malformed });

Deno.test("HTTP2: matches at the preface when no rule needs a fact", () => {
  const state = { ended: false, needs: new Set<string>() };
  assertEquals(http2.detect(PREFACE, state), { kind: "match", facts: {} });
  assertEquals(http2.detect(PREFACE.subarray(0, -1), state), {
    kind: "more",
    atLeast: PREFACE.length,
  });
});

Deno.test("HTTP2: matches without facts when no HEADERS come", () => {
  for (const bytes of [frames(), wire(frames(), frame(8, 0, 0, be(1, 4)))]) {
    assertEquals(detect(bytes).kind, "more");
    assertEquals(http2.detect(bytes, { ended: true }), {
      kind: "match",
      facts: {},
    });
  }
});

Deno.test("HTTP2: HEADERS that have begun are in doubt when they do not end", () => {
  const whole = opening(BLOCK);
  for (let length = PREFACE.length; length < whole.length; length++) {
    if (length === frames().length) continue;
    assertEquals(http2.detect(whole.subarray(0, length), { ended: true }), {
      kind: "malformed",
      why: "the head is not complete",
    });
  }
});

Deno.test("HTTP2: what no rule tests refuses nobody", () => {
  const bytes = opening(literals(request("a b", "/a%2fb")));
  const of = (need: string) =>
    http2.detect(bytes, { ended: false, needs: new Set([need]) });
  assertEquals(of("method"), { kind: "match", facts: { method: "GET" } });
  assertEquals(of("host").kind, "malformed");
  assertEquals(of("path").kind, "malformed");
});

Deno.test("HTTP2: stays more when the client ends within the preface", () => {
  const verdict = http2.detect(PREFACE.subarray(0, 23), { ended: true });
  assertEquals(verdict.kind, "more");
});

Deno.test("HTTP2: asks for exactly what the frames lack", () => {
  const bytes = opening(BLOCK);
  const headers = frames().length;
  const asked = [PREFACE.length, frames().length, headers + 9].map((length) =>
    detect(bytes.subarray(0, length))
  );
  assertEquals(asked, [
    { kind: "more", atLeast: PREFACE.length + 9 },
    { kind: "more", atLeast: headers + 9 },
    { kind: "more", atLeast: bytes.length },
  ]);
  const open = frames(frame(HEADERS, 0, 1, BLOCK));
  assertEquals(detect(open.subarray(0, -1)), {
    kind: "more",
    atLeast: open.length + 9,
  });
});

function detect(view: Uint8Array): Verdict {
  return http2.detect(view, { ended: false });
}
