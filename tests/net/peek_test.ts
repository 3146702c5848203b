import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import { PeekedSource, type PeekMoment } from "../../src/net/peek.ts";
import { RingBufferPool } from "../../src/net/ring_buffer.ts";
import { FakeTime } from "../support/fake_time.ts";
import { until } from "../support/wait.ts";
import { bytesOf, concat, readAll, tcpPair, textOf } from "../support/tcp.ts";

/** A source whose reads are answered by the test. */
class ScriptedSource {
  #waiting: ((bytes: Uint8Array | null) => void) | null = null;
  #failing: ((error: unknown) => void) | null = null;
  #queue: (Uint8Array | null)[] = [];
  reads = 0;

  read(p: Uint8Array): Promise<number | null> {
    this.reads++;
    return new Promise((resolve, reject) => {
      this.#failing = reject;
      this.#waiting = (bytes) => {
        this.#waiting = null;
        if (bytes === null) return resolve(null);
        p.set(bytes.subarray(0, p.length));
        if (bytes.length > p.length) {
          this.#queue.unshift(bytes.subarray(p.length));
        }
        resolve(Math.min(bytes.length, p.length));
      };
      const next = this.#queue.shift();
      if (next !== undefined) this.#waiting(next);
    });
  }

  send(bytes: Uint8Array | string | null) {
    const chunk = typeof bytes === "string" ? bytesOf(bytes) : bytes;
    if (this.#waiting !== null) this.#waiting(chunk);
    else this.#queue.push(chunk);
  }

  fail(error: unknown) {
    this.#failing?.(error);
  }
}

async function drain(peeked: PeekedSource): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (
    let chunk = await peeked.nextPeeked();
    chunk !== null;
    chunk = await peeked.nextPeeked()
  ) chunks.push(chunk.slice());
  return textOf(concat(chunks));
}

Deno.test("peek() looks after each read and gives every byte back", async () => {
  const source = new ScriptedSource();
  const pool = new RingBufferPool(64);
  const peeked = new PeekedSource(source, pool);
  const views: string[] = [];
  source.send("he");
  source.send("llo");
  const result = await peeked.peek(60_000, (view, end) => {
    views.push(`${textOf(view)}|${end}`);
    return view.length >= 5 ? "found" : null;
  });
  assertEquals(result, { kind: "decided", value: "found", end: null });
  assertEquals(views, ["he|null", "hello|null"]);
  assertEquals(await drain(peeked), "hello");
  assertEquals(pool.idle, 1, "the buffer is back in the pool");
});

Deno.test("peek() decides at the end of the stream", async () => {
  const source = new ScriptedSource();
  const peeked = new PeekedSource(source, new RingBufferPool(64));
  source.send("x");
  source.send(null);
  const result = await peeked.peek(60_000, (_, end) => end);
  assertEquals(result, { kind: "decided", value: "eof", end: "eof" });
  assertEquals(peeked.ended, true);
  assertEquals(await drain(peeked), "x");
  assertEquals(source.reads, 2, "nothing is read after the end");
});

Deno.test("peek() decides when the buffer is full, and keeps to its capacity", async () => {
  const source = new ScriptedSource();
  const peeked = new PeekedSource(source, new RingBufferPool(4));
  source.send("abcdefgh");
  let seen = "";
  const result = await peeked.peek(60_000, (view, end) => {
    seen = textOf(view);
    return end;
  });
  assertEquals(result.kind === "decided" && result.end, "full");
  assertEquals(seen, "abcd");
  peeked.dispose();
});

Deno.test("peek() has one deadline for all reads, and the pending read is not lost", async () => {
  const source = new ScriptedSource();
  const pool = new RingBufferPool(64);
  const peeked = new PeekedSource(source, pool);
  source.send("a");
  const result = await peeked.peek<PeekMoment>(30, (_, end) => end);
  assertEquals(result.kind === "decided" && result.value, "deadline");
  const rest = drain(peeked);
  source.send("bc");
  assertEquals(await rest, "abc");
  assertEquals(pool.idle, 1);
});

Deno.test("peek() looks for a client that has sent nothing before the deadline", async () => {
  using time = new FakeTime();
  const source = new ScriptedSource();
  const peeked = new PeekedSource(source, new RingBufferPool(64));
  const seen: (PeekMoment | null)[] = [];
  const options = { silentAfterMs: 2_000 };
  const result = peeked.peek(5_000, ({ length }, moment) => {
    seen.push(moment);
    return { length };
  }, options);
  time.pass(1_900);
  assertEquals(seen, []);
  time.pass(400);
  assertEquals(seen, ["silence"]);
  const value = { length: 0 };
  assertEquals(await result, { kind: "decided", value, end: "deadline" });
  assertEquals(time.timers, 0);
  source.send("late");
  assertEquals(await drain(peeked), "late");
});

Deno.test("peek() waits for the deadline when there is something after the time of silence", async () => {
  using time = new FakeTime();
  const source = new ScriptedSource();
  const peeked = new PeekedSource(source, new RingBufferPool(64));
  const seen: (PeekMoment | null)[] = [];
  const options = { silentAfterMs: 2_000 };
  const result = peeked.peek(5_000, (_, moment) => {
    seen.push(moment);
    return moment === "deadline" ? true : null;
  }, options);
  source.send("a");
  await until("a look at it", () => seen.length > 0 || null);
  time.pass(4_900);
  assertEquals(seen, [null, "silence"]);
  time.pass(400);
  assertEquals(await result, { kind: "decided", value: true, end: "deadline" });
  assertEquals(seen, [null, "silence", "deadline"]);
  assertEquals(source.reads, 2, "one read at a time");
  source.send("bc");
  assertEquals(await drain(peeked), "abc");
});

Deno.test("peek() looks before anything is read when it is asked to", async () => {
  const source = new ScriptedSource();
  const pool = new RingBufferPool(64);
  const options = { looksFirst: true };
  const peeked = new PeekedSource(source, pool);
  const result = await peeked.peek(60_000, ({ length }) => length, options);
  assertEquals(result, { kind: "decided", value: 0, end: null });
  assertEquals(source.reads, 0);
  assertEquals(peeked.nextPeeked(), null, "there is nothing but the source");
  assertEquals(pool.idle, 1);
});

Deno.test("a dripping client meets the deadline", async () => {
  const { near, far } = await tcpPair();
  const peeked = new PeekedSource(far, new RingBufferPool(1024));
  let sent = 0;
  let dripping = true;
  const drip = (async () => {
    while (dripping) {
      sent += await near.write(bytesOf("."));
      await delay(5);
    }
    await near.closeWrite();
  })();
  const start = performance.now();
  const result = await peeked.peek<PeekMoment>(100, (_, end) => end);
  assertEquals(result.kind === "decided" && result.value, "deadline");
  assert(performance.now() - start >= 99);
  dripping = false;
  await drip;
  const first = await drain(peeked);
  const rest = textOf(await readAll(far));
  assertEquals((first + rest).length, sent, "each byte exactly once");
  near.close();
  far.close();
});

Deno.test("peek() says when the connection breaks", async () => {
  const source = new ScriptedSource();
  const pool = new RingBufferPool(64);
  const peeked = new PeekedSource(source, pool);
  const result = peeked.peek(60_000, () => null);
  const error = new Error("reset");
  source.fail(error);
  assertEquals(await result, { kind: "failed", error });
  peeked.dispose();
  assertEquals(pool.idle, 1);
});

Deno.test("peek() rejects when its callback throws, and leaves no timer", async () => {
  const source = new ScriptedSource();
  const peeked = new PeekedSource(source, new RingBufferPool(64));
  source.send("x");
  await assertRejects(
    () =>
      peeked.peek(60_000, () => {
        throw new Error("defect");
      }),
    Error,
    "defect",
  );
  peeked.dispose();
});

Deno.test("consume() takes bytes off the front, under a pending read too", async () => {
  const source = new ScriptedSource();
  const pool = new RingBufferPool(64);
  const peeked = new PeekedSource(source, pool);
  source.send("abcdef");
  await peeked.peek<PeekMoment>(5, (_, end) => end);
  assertThrows(() => peeked.consume(7), RangeError);
  peeked.consume(2);
  assertEquals(textOf(peeked.peeked), "cdef");
  peeked.consume(4);
  const rest = drain(peeked);
  source.send("gh");
  assertEquals(await rest, "gh");
  assertEquals(pool.idle, 1);
});

Deno.test("dispose() keeps the buffer until the pending read has settled", async () => {
  const source = new ScriptedSource();
  const pool = new RingBufferPool(64);
  const peeked = new PeekedSource(source, pool);
  await peeked.peek<PeekMoment>(5, (_, end) => end);
  peeked.dispose();
  peeked.dispose();
  assertEquals(pool.idle, 0, "a read may still write into it");
  source.send("late");
  await new Promise((resolve) => queueMicrotask(() => resolve(null)));
  await Promise.resolve();
  assertEquals(pool.idle, 1);
  assertEquals(pool.acquire().length, 0);
});
