import { assertEquals, assertThrows } from "@std/assert";
import { ByteQueue } from "../../src/explain/byte_queue.ts";
import { noise } from "../support/tcp.ts";

Deno.test("ByteQueue: what goes in comes out, whatever the sizes", () => {
  const bytes = noise(1_000_000);
  const queue = new ByteQueue();
  let pushed = 0;
  let taken = 0;
  for (let turn = 0; taken < bytes.length; turn++) {
    // Up to 300 KB lie in it at a time, so that it grows and moves.
    const size = (turn * 7919) % 50_000;
    const grows = pushed - taken < 300_000 && turn % 9 < 5;
    if (grows || pushed === taken) {
      const chunk = bytes.slice(pushed, pushed += size);
      queue.push(chunk);
      pushed = Math.min(pushed, bytes.length);
      chunk.fill(0);
    } else {
      const count = Math.min(size, queue.length);
      assertEquals(queue.peek(count), bytes.subarray(taken, taken + count));
      queue.skip(count);
      taken += count;
    }
    assertEquals(queue.length, pushed - taken);
    assertEquals(queue.consumed, taken);
  }
});

Deno.test("ByteQueue: there is no more than was put in", () => {
  const queue = new ByteQueue();
  queue.push(noise(3));
  assertEquals(queue.peek(4), null);
  assertEquals(queue.peek(3)?.length, 3);
  assertThrows(() => queue.skip(4), RangeError);
});
