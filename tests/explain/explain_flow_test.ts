import { assertEquals, assertMatch } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { DetectState } from "../../src/detect/detector.ts";
import { http } from "../../src/detect/protocols/http.ts";
import { ssh } from "../../src/detect/protocols/ssh.ts";
import { tls } from "../../src/detect/protocols/tls.ts";
import { detectorsContext } from "../../src/explain/context.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { toJsonLine, toRecord } from "../../src/explain/record.ts";
import { clientHello, records } from "../support/client_hello.ts";
import { contextOf, hello, recordOf } from "../support/explain.ts";
import { flowOf } from "../support/flows.ts";
import { bytesOf, concat } from "../support/tcp.ts";

const FIXED = detectorsContext([tls, http, ssh]);
const SSH = bytesOf("SSH-2.0-OpenSSH_9.6\r\n");
const REQUEST = bytesOf("GET /x HTTP/1.1\r\nHost: a.example.com\r\n\r\n");
const REJECT = { action: "REJECT" };

Deno.test("explain: each detector's verdict, with the byte that decided it", () => {
  const { protocol, facts, verdicts, rule, target } = toRecord(
    explainFlow(flowOf(SSH), FIXED),
  );
  assertEquals(protocol, "SSH");
  assertEquals(facts, { software: "OpenSSH_9.6", version: "2.0" });
  assertEquals(verdicts, [
    { detector: "TLS", verdict: "no", offset: 0, byte: "0x53" },
    { detector: "HTTP", verdict: "no", offset: 5, byte: "0x2e" },
    { detector: "SSH", verdict: "match", offset: 20, byte: "0x0a", facts },
  ]);
  assertEquals([rule, target], [null, null]);
});

Deno.test("explain: a verdict that only the end brought has no byte", () => {
  const half = bytesOf("GET / HTTP/1.1\r\nHost: a.example.com\r\nX: ");
  const { protocol, verdicts } = toRecord(explainFlow(flowOf(half), FIXED));
  assertEquals(protocol, null);
  assertEquals(verdicts[1], {
    detector: "HTTP",
    verdict: "malformed",
    offset: null,
    byte: null,
    why: "the head is not complete",
  });
  const start = toRecord(explainFlow(flowOf(SSH.subarray(0, 9)), FIXED));
  assertEquals(start.protocol, null);
  assertEquals(start.verdicts[2], {
    detector: "SSH",
    verdict: "more",
    offset: null,
    byte: null,
  });
});

Deno.test("explain: malformed says why, and is listed at the top", () => {
  const twice = bytesOf("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  const { protocol, malformed, verdicts } = toRecord(
    explainFlow(flowOf(twice), FIXED),
  );
  assertEquals([protocol, malformed], [null, ["HTTP"]]);
  assertEquals(verdicts[1]!.verdict, "malformed");
  assertMatch(verdicts[1]!.why!, /Host/);
});

Deno.test("explain: the bytes are shown as they came, up to the peek size, then the end", () => {
  const asked: [number, boolean | undefined][] = [];
  const probe = {
    ...ssh,
    detect(view: Uint8Array, { ended, seen }: DetectState) {
      // Looking for the deciding byte passes no such hint.
      if (seen !== undefined) asked.push([view.length, ended]);
      return { kind: "more", atLeast: 1 } as const;
    },
  };
  const segments = [3, 0, 4, 5].map((size) => new Uint8Array(size));
  const context = detectorsContext([probe]);
  explainFlow(flowOf(...segments), context);
  assertEquals(asked.splice(0), [[3, false], [7, false], [12, false], [
    12,
    true,
  ]]);
  explainFlow(flowOf(...segments), { ...context, maxPeekBytes: 7 });
  assertEquals(asked, [[3, false], [7, true]]);
});

Deno.test("explain: the detectors behind the one that matches do not count", () => {
  const context = detectorsContext([
    { ...ssh, name: "FIRST" },
    ssh,
    { ...ssh, name: "BROKEN", detect: () => ({ kind: "malformed", why: "x" }) },
  ]);
  const { protocol, malformed, verdicts } = toRecord(
    explainFlow(flowOf(SSH), context),
  );
  assertEquals([protocol, malformed], ["FIRST", []]);
  assertEquals(
    verdicts.map(({ verdict, counts }) => [verdict, counts]),
    [["match", undefined], ["match", false], ["malformed", false]],
  );
});

Deno.test("explain: a match waits for the detectors before it", () => {
  const slow = {
    ...ssh,
    name: "SLOW",
    detect: (view: Uint8Array) =>
      view.length < 30
        ? { kind: "more", atLeast: 30 } as const
        : { kind: "no" } as const,
  };
  const context = detectorsContext([slow, ssh]);
  const short = toRecord(explainFlow(flowOf(SSH), context));
  assertEquals(short.protocol, "SSH", "at the end more counts as no");
  assertEquals(
    short.verdicts.map(({ verdict, offset }) => [
      verdict,
      offset,
    ]),
    [["more", null], ["match", 20]],
  );
  const long = concat([SSH, new Uint8Array(20)]);
  const { protocol, verdicts } = toRecord(explainFlow(flowOf(long), context));
  assertEquals(protocol, "SSH");
  assertEquals(verdicts.map(({ offset }) => offset), [29, 20]);
});

Deno.test("explain: a server asks its own detectors, for its own facts, up to its own peek size", () => {
  const catchall = { CATCHALL: REJECT };
  const order = recordOf({ SSH: catchall, HTTP: catchall }, REQUEST);
  assertEquals(order.verdicts.map(({ detector }) => detector), [
    "SSH",
    "HTTP",
  ]);
  const options = { max_peek: "512B" };
  const long = concat([
    REQUEST.subarray(0, REQUEST.length - 2),
    bytesOf(`X: ${"x".repeat(1000)}\r\n\r\n`),
  ]);
  for (
    const segments of [[long], [long.subarray(0, 500), long.subarray(500)]]
  ) {
    const { protocol, bytes, verdicts, notes } = recordOf(
      { options, HTTP: catchall },
      ...segments,
    );
    assertEquals([protocol, bytes], ["HTTP", long.length]);
    assertEquals(verdicts[0]!.offset, null);
    assertEquals(notes, ["only the first 512 bytes are peeked at"]);
  }
});

Deno.test("explain: what is neither TCP nor UDP is not explained", () => {
  const flow = { ...flowOf(SSH), transport: "sctp" };
  for (const context of [FIXED, contextOf({ SSH: { CATCHALL: REJECT } })]) {
    assertEquals(toRecord(explainFlow(flow, context)), {
      id: "x",
      bytes: SSH.length,
      protocol: null,
      facts: {},
      verdicts: [],
      malformed: [],
      rule: null,
      target: null,
      lost: [],
      notes: ['transport "sctp": only tcp and udp are explained'],
    });
  }
});

Deno.test("explain: a record is one line of printable ASCII", () => {
  const odd = bytesOf("SSH-2.0-x \u{1f600}\x1b[31m\u202e\r\n");
  const flow = { ...flowOf(odd), id: "a\nb\u202e" };
  const line = toJsonLine(explainFlow(flow, FIXED));
  assertMatch(line, /^[\x20-\x7e]+\n$/);
  assertEquals(JSON.parse(line).id, "a\nb\u202e");
});

/** Openings of several kinds, sound, broken and half. */
const OPENINGS = [
  SSH,
  REQUEST,
  hello("a.example.com", ["h2"]),
  records(clientHello({ sni: "b.example.com" }), 7),
  bytesOf("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
  bytesOf("SSH-2.0-x\x01\r\n"),
  bytesOf("hello?"),
];

Deno.test("explain: whole and in segments, all built-in detectors say the same", () => {
  const context = detectorsContext(BUILTINS);
  fc.assert(fc.property(
    fc.constantFrom(...OPENINGS),
    fc.nat(),
    fc.array(fc.nat(40)),
    (opening, cut, sizes) => {
      const bytes = opening.subarray(0, 1 + cut % (2 * opening.length));
      const segments: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) segments.push(bytes.subarray(at, at += size));
      segments.push(bytes.subarray(at));
      const whole = toRecord(explainFlow(flowOf(bytes), context));
      const cutUp = toRecord(explainFlow(flowOf(...segments), context));
      // How much it wants may differ; what it says may not.
      assertEquals(cutUp, whole);
    },
  ));
});

Deno.test("explain: the deciding byte is the first for which the verdict is final", () => {
  for (const opening of OPENINGS) {
    const { verdicts } = toRecord(explainFlow(flowOf(opening), FIXED));
    verdicts.forEach(({ offset, byte, verdict }, index) => {
      if (offset === null) return;
      const { detector, needs } = FIXED.candidates[index]!;
      const at = (length: number) =>
        detector.detect(opening.subarray(0, length), { ended: false, needs });
      assertEquals(at(offset).kind, "more");
      assertEquals(at(offset + 1).kind, verdict);
      assertEquals(Number(byte), opening[offset]);
    });
  }
});
