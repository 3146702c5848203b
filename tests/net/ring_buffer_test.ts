import assert from "node:assert/strict";
import * as fc from "fast-check";
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
  assert.deepEqual([...ring.peek()], [1, 2, 3]);
  assert.equal(ring.peek().buffer, memory.buffer);
  ring.consume(1);
  assert.deepEqual([...ring.peek()], [2, 3]);
  assert.equal(ring.peek().buffer, memory.buffer);
});

Deno.test("RingBuffer: is full at its capacity and never grows", () => {
  const ring = new RingBuffer(new Uint8Array(4));
  assert.equal(put(ring, [1, 2, 3, 4, 5]), 4);
  assert.equal(ring.free, 0);
  assert.equal(ring.writable().length, 0);
  assert.throws(() => ring.commit(1), RangeError);
  assert.equal(ring.capacity, 4);
});

Deno.test("RingBuffer: consume() of more than there is throws", () => {
  const ring = new RingBuffer(new Uint8Array(4));
  put(ring, [1]);
  assert.throws(() => ring.consume(2), RangeError);
  assert.throws(() => ring.consume(-1), RangeError);
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
        assert.equal(count, Math.min(action.put.length, 10 - model.length));
        model.push(...action.put.slice(0, count));
      } else {
        const count = Math.min(action.take, model.length);
        ring.consume(count);
        model = model.slice(count);
      }
      assert.deepEqual([...ring.peek()], model);
      assert.equal(ring.length, model.length);
      assert.equal(ring.free, 10 - model.length);
    }
  }));
});

Deno.test("RingBufferPool: hands out again what it got back, empty", () => {
  const pool = new RingBufferPool(16, 1);
  const first = pool.acquire();
  put(first, [1, 2, 3]);
  const second = pool.acquire();
  assert.notEqual(first, second);
  pool.release(first);
  pool.release(second);
  assert.equal(pool.idle, 1, "keeps no more than it was told to");
  const again = pool.acquire();
  assert.equal(again, first);
  assert.equal(again.length, 0);
  assert.equal(again.free, 16);
});
