import { assertEquals } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import type { DetectState, Reply } from "../../../src/detect/detector.ts";
import { http2 } from "../../../src/detect/protocols/http2.ts";
import { SETTINGS_REPLY } from "../../../src/detect/protocols/http2_settings_reply.ts";
import {
  frame,
  literals,
  opening,
  PREFACE,
  request,
  SETTINGS,
  SETTINGS_ACK,
} from "../../support/http2_frames.ts";
import { concat } from "../../support/tcp.ts";
import { be, hex, wire } from "../../support/wire.ts";

const NEEDS = new Set(["host"]);
const WINDOW_UPDATE = frame(8, 0, 0, be(65535, 4));
const HEADERS = frame(1, 0x05, 1, literals(request("a.example")));
/** What @grpc/grpc-js 1.14 and grpcio 1.51 send before they wait. */
const WAITING = [
  "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a00000604000000000000040000ffff",
  "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a0000240400000000000002000000000003000000000004003fffff0005003fffff000600002000fe0300000001000004080000000000003f0000",
].map(hex);

/** The reply to some bytes, `null` where there is none. */
function replyTo(
  view: Uint8Array,
  state: DetectState = { ended: false, needs: NEEDS },
): Reply | null {
  const verdict = http2.detect(view, state);
  return verdict.kind === "more" ? verdict.reply ?? null : null;
}

Deno.test("HTTP2: a client that has sent whole frames without HEADERS is given SETTINGS", () => {
  for (const bytes of [wire(PREFACE, SETTINGS), ...WAITING]) {
    assertEquals(replyTo(bytes), SETTINGS_REPLY);
  }
  assertEquals(SETTINGS_REPLY.bytes, SETTINGS);
});

Deno.test("HTTP2: SETTINGS are given only where frames end, after the client's own", () => {
  const bytes = wire(PREFACE, SETTINGS, WINDOW_UPDATE, HEADERS);
  const ends = [PREFACE.length + 9, PREFACE.length + 9 + WINDOW_UPDATE.length];
  const found = [...bytes.keys()].filter((length) =>
    replyTo(bytes.subarray(0, length)) !== null
  );
  assertEquals(found, ends);
});

Deno.test("HTTP2: a client is asked for no more than its frames need before SETTINGS are given", () => {
  for (const bytes of WAITING) {
    for (let length = 1; length < bytes.length; length++) {
      const verdict = http2.detect(bytes.subarray(0, length), {
        ended: false,
        needs: NEEDS,
      });
      assertEquals(
        verdict.kind === "more" && verdict.atLeast <= bytes.length,
        true,
      );
    }
  }
});

Deno.test("HTTP2: SETTINGS are not given when no rule needs a fact, nor at the end", () => {
  const bytes = wire(PREFACE, SETTINGS);
  assertEquals(replyTo(bytes, { ended: false, needs: new Set() }), null);
  assertEquals(replyTo(bytes, { ended: false }), null);
  assertEquals(replyTo(bytes, { ended: true, needs: NEEDS }), null);
});

/** What a filter passes on of bytes that come in such pieces. */
function passed(pieces: readonly Uint8Array[]): Uint8Array {
  const filter = SETTINGS_REPLY.filter!();
  const out = pieces.map((piece) => filter.push(piece.slice()).slice());
  return concat([...out, filter.end()]);
}

function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
}

const BODY = frame(0, 0, 1, new Uint8Array(300).fill(4));
const STREAMS: Record<string, [before: Uint8Array, behind: Uint8Array]> = {
  "at once": [wire(PREFACE, SETTINGS), wire(HEADERS, BODY, SETTINGS_ACK)],
  "behind other frames": [
    wire(PREFACE, SETTINGS, WINDOW_UPDATE, HEADERS, BODY),
    wire(SETTINGS_ACK, BODY),
  ],
  "behind the client's own SETTINGS of later": [
    wire(opening(literals(request("a"))), frame(4, 0, 0, hex("000300000064"))),
    wire(frame(0, 1, 1, new Uint8Array())),
  ],
};

for (const [name, [before, behind]] of Object.entries(STREAMS)) {
  Deno.test(`HTTP2: only the first acknowledgement is removed: ${name}`, () => {
    const bytes = wire(before, SETTINGS_ACK, behind);
    const places = fc.array(fc.nat(bytes.length), { maxLength: 8 });
    const expected = wire(before, behind);
    assertEquals(
      passed(Array.from(bytes, (byte) => Uint8Array.of(byte))),
      expected,
    );
    fc.assert(
      fc.property(places, (cuts) => {
        assertEquals(passed(cutAt(bytes, cuts)), expected);
      }),
    );
  });
}

Deno.test("HTTP2: a stream without an acknowledgement goes on as it is, wherever it ends", () => {
  const bytes = wire(
    PREFACE,
    SETTINGS,
    HEADERS,
    frame(4, 1, 0, new Uint8Array(6)),
  );
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length);
    assertEquals(passed(cutAt(part, [Math.floor(length / 2)])), part);
  }
});
