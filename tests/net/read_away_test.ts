import { assert, assertEquals, assertThrows, fail } from "@std/assert";
import { delay } from "@std/async/delay";
import { sayAndClose } from "../../src/net/last_words.ts";
import { PeekedSource } from "../../src/net/peek.ts";
import { readAway } from "../../src/net/read_away.ts";
import { RingBufferPool } from "../../src/net/ring_buffer.ts";
import {
  bytesOf,
  noise,
  readAll,
  tcpPair,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { within } from "../support/wait.ts";

function closing(conn: Deno.Conn): () => void {
  return () => conn.close();
}

Deno.test("readAway() reads to the end, what was peeked at and the pending read included", async () => {
  const { near, far } = await tcpPair();
  const pool = new RingBufferPool(1024);
  const peeked = new PeekedSource(near, pool);
  await writeAll(far, bytesOf("a"));
  // Decides at the deadline, with a read pending.
  await peeked.peek(5, (_, end) => end);
  const done = readAway(near, {
    peeked,
    limitMs: 0,
    since: "last_byte",
    onTimeout: () => fail("there is no limit"),
  });
  await writeAll(far, noise(1024 * 1024));
  await far.closeWrite();
  await within("the end", done);
  assertEquals(pool.idle, 1, "the buffer is given back");
  near.close();
  far.close();
});

Deno.test("readAway() sees an end that peeking has seen", async () => {
  const { near, far } = await tcpPair();
  const peeked = new PeekedSource(near, new RingBufferPool(64));
  far.close();
  await peeked.peek(5_000, (_, end) => end);
  await within(
    "the end",
    readAway(near, {
      peeked,
      limitMs: 0,
      since: "start",
      onTimeout: closing(near),
    }),
  );
  near.close();
});

Deno.test("readAway() counts from the start, whatever comes", async () => {
  const { near, far } = await tcpPair();
  const done = readAway(near, {
    limitMs: 50,
    since: "start",
    onTimeout: closing(near),
  });
  const dripping = drip(far, 5);
  await within("the timeout", done);
  await dripping;
  far.close();
});

Deno.test("readAway() counts from the last byte, as long as bytes come", async () => {
  const limitMs = 100;
  const closed = Promise.withResolvers<null>();
  let left = 10;
  let lastAt = 0;
  let timeoutAt = 0;
  const source = {
    async read() {
      if (left-- === 0) return await closed.promise;
      await delay(20);
      lastAt = performance.now();
      return 1;
    },
  };
  await readAway(source, {
    limitMs,
    since: "last_byte",
    onTimeout: () => {
      timeoutAt = performance.now();
      closed.resolve(null);
    },
  });
  assert(timeoutAt - lastAt > limitMs - 2, `${timeoutAt - lastAt} ms`);
});

Deno.test("sayAndClose() gets its words to a client that is still sending", async () => {
  for (let round = 0; round < 5; round++) {
    const { near, far } = await tcpPair();
    const words = bytesOf("no");
    const peeked = new PeekedSource(near, new RingBufferPool(64));
    await writeAll(far, noise(256 * 1024));
    await peeked.peek(1_000, () => true);
    const said = sayAndClose(near, words, peeked);
    await writeAll(far, noise(256 * 1024));
    assertEquals(textOf(await readAll(far)), "no");
    far.close();
    await within("the close", said);
    assertThrows(() => near.close(), Deno.errors.BadResource);
  }
});

Deno.test("sayAndClose() waits for a client that stays only for a moment", async () => {
  const { near, far } = await tcpPair();
  const peeked = new PeekedSource(near, new RingBufferPool(64));
  const said = sayAndClose(near, bytesOf("no"), peeked);
  assertEquals(textOf(await readAll(far)), "no");
  await within("the close", said, 5_000);
  peeked.dispose();
  far.close();
});

/** Writes until the other end does not take it any more. */
async function drip(conn: Deno.Conn, pauseMs: number): Promise<void> {
  try {
    for (;;) {
      await conn.write(bytesOf("x"));
      await delay(pauseMs);
    }
  } catch {
    // It is closed.
  }
}
