import { assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import {
  HandshakeStream,
  MAX_STREAM_BYTES,
} from "../../src/detect/handshake_stream.ts";
import { clientHello } from "../support/client_hello.ts";
import { wire } from "../support/wire.ts";

const HELLO = clientHello({ padding: 300 });

Deno.test("HandshakeStream gives the message once its last byte is there", () => {
  const stream = new HandshakeStream();
  assertEquals(stream.add(1, HELLO.subarray(1)), null);
  assertEquals(stream.message(), null);
  assertEquals(stream.add(0, HELLO.subarray(0, 1)), null);
  assertEquals(stream.message(), HELLO);
  // What follows the message is not of it.
  assertEquals(stream.add(HELLO.length, wire(1, 2, 3)), null);
  assertEquals(stream.message(), HELLO);
});

Deno.test("HandshakeStream takes pieces in any order, overlapping and repeated", () => {
  const place = fc.nat(HELLO.length);
  const pieces = fc.array(fc.tuple(place, place), { maxLength: 20 });
  fc.assert(fc.property(pieces, fc.nat(1000), (random, seed) => {
    const stream = new HandshakeStream();
    for (const [a, b] of random) {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      assertEquals(stream.add(from, HELLO.subarray(from, to)), null);
    }
    // Then each byte once, from a random place on.
    for (let i = 0; i < HELLO.length; i++) {
      const at = (i + seed) % HELLO.length;
      assertEquals(stream.add(at, HELLO.subarray(at, at + 1)), null);
    }
    assertEquals(stream.message(), HELLO);
  }));
});

Deno.test("HandshakeStream refuses a piece that contradicts another one", () => {
  const stream = new HandshakeStream();
  assertEquals(stream.add(10, wire(1, 2, 3)), null);
  assertEquals(stream.add(8, wire(9, 9, 1, 2, 3, 4)), null);
  assertEquals(
    stream.add(11, wire(2, 4)),
    "two pieces of the hello differ in byte 12",
  );
});

Deno.test("HandshakeStream keeps no more than its most bytes", () => {
  const stream = new HandshakeStream();
  assertEquals(stream.add(MAX_STREAM_BYTES - 1, wire(1)), null);
  const why = `the hello goes on behind byte ${MAX_STREAM_BYTES}`;
  assertEquals(stream.add(MAX_STREAM_BYTES, wire(1)), why);
  assertEquals(stream.add(2 ** 60, wire(1)), why);
  assertEquals(stream.add(2 ** 60, wire()), why);
  assertEquals(stream.message(), null);
});
