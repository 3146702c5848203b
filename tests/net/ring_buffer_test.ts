import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { RingBuffer, RingBufferPool } from "../../src/net/ring_buffer.ts";

function put(ring: RingBuffer, bytes: readonly number[]): number {
  let put = 0;
  while (put < bytes.length && ring.free > 0) {
    const room = ring.writable();
    const part = bytes.slice(put, put + room.length);
    room.set(part);
    ring.commit(part.length);
    put += part.length;
  }
  return put;
}

Deno.test("RingBuffer: peek() does not copy while the contents have not wrapped", () => {
  const memory = new Uint8Array(8);
  const ring = new RingBuffer(memory);
  put(ring, [1, 2, 3]);
  assertEquals([...ring.peek()], [1, 2, 3]);
  assertStrictEquals(ring.peek().buffer, memory.buffer);
  ring.consume(1);
  assertEquals([...ring.peek()], [2, 3]);
  assertStrictEquals(ring.peek().buffer, memory.buffer);
});

Deno.test("RingBuffer: is full at its capacity and never grows", () => {
  const ring = new RingBuffer(new Uint8Array(4));
  assertEquals(put(ring, [1, 2, 3, 4, 5]), 4);
  assertEquals(ring.free, 0);
  assertEquals(ring.writable().length, 0);
  assertThrows(() => ring.commit(1), RangeError);
  assertEquals(ring.capacity, 4);
});

Deno.test("RingBuffer: consume() of more than there is throws", () => {
  const ring = new RingBuffer(new Uint8Array(4));
  put(ring, [1]);
  assertThrows(() => ring.consume(2), RangeError);
  assertThrows(() => ring.consume(-1), RangeError);
});

Deno.test("RingBuffer: behaves as a queue, wrapped or not", () => {
  const step = fc.oneof(
    fc.record({ put: fc.array(fc.nat(255), { maxLength: 12 }) }),
    fc.record({ take: fc.nat(12) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
    const ring = new RingBuffer(new Uint8Array(10));
    let model: number[] = [];
    for (const action of steps) {
      if ("put" in action) {
        const count = put(ring, action.put);
        assertEquals(count, Math.min(action.put.length, 10 - model.length));
        model.push(...action.put.slice(0, count));
      } else {
        const count = Math.min(action.take, model.length);
        ring.consume(count);
        model = model.slice(count);
      }
      assertEquals([...ring.peek()], model);
      assertEquals(ring.length, model.length);
      assertEquals(ring.free, 10 - model.length);
    }
  }));
});

Deno.test("RingBufferPool: hands out again what it got back, empty", () => {
  const pool = new RingBufferPool(16, 1);
  const first = pool.acquire();
  put(first, [1, 2, 3]);
  const second = pool.acquire();
  assertNotStrictEquals(first, second);
  pool.release(first);
  pool.release(second);
  assertEquals(pool.idle, 1, "keeps no more than it was told to");
  const again = pool.acquire();
  assertStrictEquals(again, first);
  assertEquals(again.length, 0);
  assertEquals(again.free, 16);
});
