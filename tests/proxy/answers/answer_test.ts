import { assertEquals, assertMatch } from "@std/assert";
import type { RejectWith } from "../../../src/config/plan.ts";
import { BUILTINS } from "../../../src/detect/builtins.ts";
import { decodeHpack } from "../../../src/detect/hpack.ts";
import { Identifier } from "../../../src/detect/identify.ts";
import { type Answer, answerTo } from "../../../src/proxy/answers/answer.ts";
import {
  clientHello,
  type HelloOptions,
  records,
} from "../../support/client_hello.ts";
import {
  frame,
  literals,
  opening,
  PREFACE,
  request,
  SETTINGS,
} from "../../support/http2_frames.ts";
import { bytesOf, textOf } from "../../support/tcp.ts";
import { be, wire } from "../../support/wire.ts";

type Told = Exclude<RejectWith, { readonly kind: "drop" | "refused" }>;

const ALERT: Told = { kind: "tls_alert" };
const STATUS: Told = { kind: "http_status", status: 421 };
const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/**
 * The answer to what a client has sent, all of which is there, where the rules
 * test these facts.
 */
function answer(
  how: Told,
  view: Uint8Array,
  needs: readonly string[] = ["method"],
): Answer | null {
  const candidates = ["TLS", "HTTP", "HTTP2"].map((name) => ({
    detector: BUILTINS.find((detector) => detector.name === name)!,
    needs: new Set(needs),
  }));
  const identifier = new Identifier(candidates);
  const found = identifier.look(view, true);
  const identified = found.kind === "identified";
  return answerTo(how, {
    protocol: identified ? candidates[found.index]!.detector.name : null,
    facts: identified ? found.facts : {},
    candidates,
    verdicts: identifier.verdicts,
    view,
    nowMs: NOW_MS,
  });
}

function get(line: string): Uint8Array {
  return bytesOf(`${line}\r\nHost: a.example\r\n\r\n`);
}

Deno.test("answerTo(): TLS is told unrecognized_name, in a record of the client's version", () => {
  const cases: [HelloOptions, minor: number][] = [
    [{}, 3],
    [{ versions: [0x0304] }, 3],
    [{ versions: null }, 3],
    [{ versions: null, legacyVersion: 0x0302 }, 2],
    [{ versions: null, legacyVersion: 0x0301 }, 1],
    [{ noExtensions: true, legacyVersion: 0x0300 }, 0],
  ];
  for (const [options, minor] of cases) {
    const { text, bytes }: Answer = answer(
      ALERT,
      records(clientHello(options)),
    )!;
    assertEquals(text, "tls_alert");
    assertEquals([...bytes], [21, 3, minor, 0, 2, 2, 112]);
  }
});

Deno.test("answerTo(): a broken ClientHello is told decode_error", () => {
  const hello = records(clientHello({ sni: "a\0b" }));
  const { text, bytes }: Answer = answer(ALERT, hello, ["sni"])!;
  assertEquals([text, ...bytes], ["tls_alert", 21, 3, 3, 0, 2, 2, 50]);
});

Deno.test("answerTo(): who does not speak the protocol is told nothing", () => {
  const hello = records(clientHello());
  const ssh = bytesOf("SSH-2.0-x\r\n");
  assertEquals(answer(ALERT, get("GET / HTTP/1.1")), null);
  assertEquals(answer(ALERT, ssh), null);
  assertEquals(answer(ALERT, new Uint8Array()), null);
  // A part of a hello may yet become anything.
  assertEquals(answer(ALERT, hello.subarray(0, 40)), null);
  assertEquals(answer(STATUS, hello), null);
  assertEquals(answer(STATUS, ssh), null);
});

Deno.test("answerTo(): HTTP/1 gets a whole response", () => {
  const expected = "HTTP/1.1 421 Misdirected Request\r\n" +
    "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n" +
    "Content-Type: text/plain; charset=utf-8\r\n" +
    "Content-Length: 24\r\n" +
    "Cache-Control: no-store\r\n" +
    "Connection: close\r\n" +
    "\r\n";
  const body = "421 Misdirected Request\n";
  for (const line of ["GET / HTTP/1.1", "POST /x HTTP/1.1", "GET / HTTP/1.0"]) {
    const { text, bytes }: Answer = answer(STATUS, get(line))!;
    assertEquals(text, "http_status 421");
    assertEquals(textOf(bytes), expected + body);
  }
  const head = answer(STATUS, get("HEAD / HTTP/1.1"))!;
  assertEquals(textOf(head.bytes), expected);
});

Deno.test("answerTo(): a status without a usual phrase has none", () => {
  const how: Told = { kind: "http_status", status: 499 };
  const { bytes } = answer(how, get("GET / HTTP/1.1"))!;
  assertMatch(
    textOf(bytes),
    /^HTTP\/1\.1 499 \r\n.*Length: 4\r\n.*\r\n\r\n499\n$/s,
  );
});

Deno.test("answerTo(): a broken request is told 400, whatever the rule says", () => {
  const two = bytesOf("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  const { text, bytes }: Answer = answer(STATUS, two, ["host"])!;
  assertEquals(text, "http_status 400");
  assertMatch(textOf(bytes), /^HTTP\/1\.1 400 Bad Request\r\n/);
});

Deno.test("answerTo(): HTTP/2 gets the status on the stream of its request", () => {
  for (const stream of [1, 13, 0x7fffffff]) {
    const block = literals(request("a.example"));
    const view = wire(PREFACE, SETTINGS, frame(1, 0x05, stream, block));
    const { text, bytes }: Answer = answer(STATUS, view)!;
    assertEquals(text, "http_status 421");
    const frames = framesOf(bytes);
    assertEquals(
      frames.map(({ type, flags, stream }) => [type, flags, stream]),
      [[4, 0, 0], [4, 1, 0], [1, 0x05, stream], [7, 0, 0]],
    );
    assertEquals(decodeHpack(frames[2]!.payload), [
      { name: ":status", value: "421" },
      { name: "cache-control", value: "no-store" },
      { name: "date", value: "Fri, 02 Jan 2026 03:04:05 GMT" },
    ]);
    assertEquals(frames[3]!.payload, wire(be(stream, 4), be(0, 4)));
  }
});

Deno.test("answerTo(): HTTP/2 without a request or with a broken one is told to go away", () => {
  const silent = answer(STATUS, wire(PREFACE, SETTINGS))!;
  assertEquals(silent.text, "http_status 421");
  assertEquals(framesOf(silent.bytes).map(({ type }) => type), [4, 4, 7]);
  const broken = answer(STATUS, opening(wire(0xff)))!;
  assertEquals(broken.text, "goaway");
  const frames = framesOf(broken.bytes);
  assertEquals(frames.map(({ type }) => type), [4, 4, 7]);
  assertEquals(frames[2]!.payload, wire(be(0, 4), be(1, 4)));
});

function framesOf(bytes: Uint8Array) {
  const frames: {
    type: number;
    flags: number;
    stream: number;
    payload: Uint8Array;
  }[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at) >>> 8;
    frames.push({
      type: view.getUint8(at + 3),
      flags: view.getUint8(at + 4),
      stream: view.getUint32(at + 5),
      payload: bytes.slice(at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return frames;
}
