import { assert, assertEquals } from "@std/assert";
import {
  type ForwarderResources,
  forwarderResources,
} from "../../src/net/direction.ts";
import { delay } from "@std/async/delay";
import { Forwarder } from "../../src/net/forwarder.ts";
import type { ForwardResult } from "../../src/net/forwarding.ts";
import { PeekedSource } from "../../src/net/peek.ts";
import { RingBufferPool } from "../../src/net/ring_buffer.ts";
import { FakeTime } from "../support/fake_time.ts";
import { until, within } from "../support/wait.ts";
import {
  bytesOf,
  noise,
  readAll,
  readExactly,
  resettablePair,
  tcpPair,
  textOf,
  writeAll,
} from "../support/tcp.ts";

/** Runs a forwarder to its end. */
function forwarded(forwarder: Forwarder): Promise<ForwardResult> {
  return new Promise((forwarded) => forwarder.run({ forwarded }));
}

/** Waits until nothing more of what the client has sent is taken. */
async function untilStalled(forwarder: Forwarder): Promise<void> {
  let before = 0;
  let looks = 0;
  await until("the upload to stall", () => {
    const { up } = forwarder.bytes;
    looks = up > 0 && up === before ? looks + 1 : 0;
    before = up;
    return looks > 10 || null;
  });
}

/** A client and a target with a running forwarder between them. */
async function joined(
  options: {
    idleTimeoutMs?: number;
    peek?: string;
    shared?: ForwarderResources;
  } = {},
): Promise<{
  client: Deno.TcpConn;
  target: Deno.TcpConn;
  forwarder: Forwarder;
  result: Promise<ForwardResult>;
  pool: RingBufferPool;
  /** The ends whose keep-alive was set, in order. */
  kept: string[];
}> {
  const up = await tcpPair();
  const down = await tcpPair();
  const pool = new RingBufferPool(64);
  const peeked = new PeekedSource(up.far, pool);
  if (options.peek !== undefined) {
    await writeAll(up.near, bytesOf(options.peek));
    await peeked.peek(
      10_000,
      (view) => view.length >= options.peek!.length ? true : null,
    );
  }
  const kept: string[] = [];
  up.far.setKeepAlive = () => void kept.push("client");
  down.near.setKeepAlive = () => void kept.push("target");
  const forwarder = new Forwarder(up.far, peeked, down.near, {
    idleTimeoutMs: options.idleTimeoutMs ?? 10_000,
    shared: options.shared ?? forwarderResources(),
  });
  return {
    client: up.near,
    target: down.far,
    forwarder,
    result: forwarded(forwarder),
    pool,
    kept,
  };
}

Deno.test("forward: peeked bytes go first, then the rest, in order", async () => {
  const { client, target, result, pool } = await joined({ peek: "hello " });
  await writeAll(client, bytesOf("world"));
  await client.closeWrite();
  assertEquals(textOf(await readAll(target)), "hello world");
  target.close();
  assertEquals(textOf(await readAll(client)), "");
  client.close();
  const { reason, bytesUp, bytesDown, error } = await result;
  assertEquals([reason, bytesUp, bytesDown, error], [
    "client_eof",
    11,
    0,
    undefined,
  ]);
  assertEquals(pool.idle, 1, "the peek buffer is back in the pool");
});

Deno.test("forward: a client that ends its side still gets the whole answer", async () => {
  const { client, target, result } = await joined();
  await writeAll(client, bytesOf("question"));
  await client.closeWrite();
  assertEquals(textOf(await readAll(target)), "question");
  const answer = noise(1_000_000);
  const answering = writeAll(target, answer).then(() => target.close());
  assertEquals(await readAll(client), answer);
  await answering;
  client.close();
  assertEquals((await result).reason, "client_eof");
});

Deno.test("forward: a target that ends its side still gets the rest of the client", async () => {
  const { client, target, result } = await joined();
  await writeAll(target, bytesOf("greeting"));
  await target.closeWrite();
  assertEquals(textOf(await readAll(client)), "greeting");
  const upload = noise(1_000_000, 7);
  const uploading = writeAll(client, upload).then(() => client.close());
  assertEquals(await readAll(target), upload);
  await uploading;
  target.close();
  const { reason, bytesUp } = await result;
  assertEquals([reason, bytesUp], ["target_eof", 1_000_000]);
});

Deno.test("forward: both ways at once, every byte once and in order", async () => {
  const { client, target, result } = await joined({ peek: "x" });
  const upload = noise(8 * 1024 * 1024, 3);
  const download = noise(8 * 1024 * 1024, 5);
  const [gotDown, gotUp] = await Promise.all([
    readAll(client),
    readAll(target),
    writeAll(client, upload).then(() => client.closeWrite()),
    writeAll(target, download).then(() => target.closeWrite()),
  ]);
  assertEquals(gotUp[0], "x".charCodeAt(0));
  assertEquals(gotUp.subarray(1), upload);
  assertEquals(gotDown, download);
  client.close();
  target.close();
  await result;
});

Deno.test("forward: a quiet connection is closed after the idle timeout", async () => {
  const { client, target, result } = await joined({ idleTimeoutMs: 50 });
  await writeAll(client, bytesOf("x"));
  await readExactly(target, 1);
  assertEquals((await result).reason, "idle_timeout");
  assertEquals((await readAll(client)).length, 0);
  assertEquals((await readAll(target)).length, 0);
  client.close();
  target.close();
});

Deno.test("forward: the idle timeout counts from the last byte, also of a connection that has lasted", async () => {
  using time = new FakeTime();
  const { client, target, result } = await joined({ idleTimeoutMs: 60_000 });
  let ended = false;
  result.then(() => ended = true);
  time.pass(50_000);
  await writeAll(client, bytesOf("x"));
  await readExactly(target, 1);
  await delay(0);
  time.pass(59_000);
  await delay(0);
  assert(!ended);
  time.pass(2_000);
  assertEquals((await result).reason, "idle_timeout");
  client.close();
  target.close();
});

Deno.test("forward: a client that stops reading is closed after the idle timeout", async () => {
  const { client, target, result } = await joined({ idleTimeoutMs: 100 });
  const flood = writeAll(target, new Uint8Array(64 * 1024 * 1024)).catch(() => {
    // Broken off by the forwarder.
  });
  assertEquals((await result).reason, "idle_timeout");
  client.close();
  await flood;
  target.close();
});

Deno.test("forward: close() ends it with the reason given", async () => {
  const { client, target, forwarder, result, pool } = await joined();
  forwarder.close("drain_deadline");
  forwarder.close("rejected");
  assertEquals((await result).reason, "drain_deadline");
  client.close();
  target.close();
  assertEquals(pool.idle, 1);
});

Deno.test("forward: one that was closed before it runs ends at once and leaves nothing", async () => {
  const up = await tcpPair();
  const down = await tcpPair();
  const pool = new RingBufferPool(64);
  const shared = forwarderResources();
  const peeked = new PeekedSource(up.far, pool);
  await writeAll(up.near, bytesOf("x"));
  await peeked.peek(10_000, () => "decided");
  const forwarder = new Forwarder(up.far, peeked, down.near, {
    idleTimeoutMs: 10_000,
    shared,
  });
  forwarder.close("drain_deadline");
  const { reason } = await forwarded(forwarder);
  assertEquals([reason, shared.deadlines.count], ["drain_deadline", 0]);
  assertEquals(pool.idle, 1, "the bytes that were left are let go");
  up.near.close();
  down.far.close();
});

Deno.test("forward: a target that resets in the middle ends the client", async () => {
  const up = await tcpPair();
  const down = await resettablePair();
  const peeked = new PeekedSource(up.far, new RingBufferPool(64));
  const result = forwarded(
    new Forwarder(up.far, peeked, down.near, { idleTimeoutMs: 10_000 }),
  );
  down.reset();
  assertEquals((await readAll(up.near)).length, 0);
  up.near.close();
  const { reason, error } = await result;
  assertEquals([reason, error], ["target_reset", "connection reset"]);
});

Deno.test("forward: a client that resets in the middle ends the target", async () => {
  const up = await resettablePair();
  const down = await tcpPair();
  const peeked = new PeekedSource(up.near, new RingBufferPool(64));
  const result = forwarded(
    new Forwarder(up.near, peeked, down.near, { idleTimeoutMs: 10_000 }),
  );
  up.reset();
  assertEquals((await readAll(down.far)).length, 0);
  down.far.close();
  assertEquals((await result).reason, "client_reset");
});

Deno.test("forward: a client that resets while its target reads nothing ends both", async () => {
  const up = await resettablePair();
  const down = await tcpPair();
  const peeked = new PeekedSource(up.near, new RingBufferPool(64));
  const forwarder = new Forwarder(up.near, peeked, down.near, {
    idleTimeoutMs: 0,
  });
  const result = forwarded(forwarder);
  up.send(new Uint8Array(64 * 1024 * 1024));
  await untilStalled(forwarder);
  up.reset();
  const { reason, error } = await within("the end", result);
  assertEquals([reason, error], ["client_reset", "connection reset"]);
  down.far.close();
});

Deno.test("forward: a client that ends its side is waited for while its target reads nothing", async () => {
  using time = new FakeTime();
  const { client, target, forwarder, result } = await joined();
  const upload = noise(16 * 1024 * 1024);
  const uploading = writeAll(client, upload).then(() => client.closeWrite());
  await untilStalled(forwarder);
  for (let i = 0; i < 9; i++) {
    time.pass(1_000);
    await delay(0);
  }
  const answering = readAll(target).then(async (bytes) => {
    await writeAll(target, bytesOf("got it"));
    target.close();
    return bytes;
  });
  assertEquals(await answering, upload);
  await uploading;
  assertEquals(textOf(await readAll(client)), "got it");
  client.close();
  assertEquals((await result).reason, "client_eof");
});

Deno.test("forward: the last words of a target that refuses the upload arrive", async () => {
  const { client, target, result } = await joined();
  const uploading = writeAll(client, new Uint8Array(32 * 1024 * 1024))
    .catch(() => {
      // The upload is cut off, which is the point.
    });
  await readExactly(target, 1000);
  await writeAll(target, bytesOf("413 too large"));
  await target.closeWrite();
  const answer = await readExactly(client, 13);
  assertEquals(textOf(answer), "413 too large");
  target.close();
  await uploading;
  client.close();
  await result;
});

for (const idleTimeoutMs of [0, 60_000]) {
  Deno.test(`forward: a connection that lasts has keep-alive probes both ways, a short one is not asked for them (idle timeout ${idleTimeoutMs})`, async () => {
    using time = new FakeTime();
    const { client, target, result, kept } = await joined({ idleTimeoutMs });
    time.pass(400);
    assertEquals(kept, []);
    time.pass(400);
    assertEquals(kept, ["client", "target"]);
    time.pass(20_000);
    assertEquals(kept, ["client", "target"]);
    assertEquals(time.timers, 1);
    client.close();
    target.close();
    await result;
    assertEquals(time.timers, 0);
  });
}

Deno.test("forward: without an idle timeout a client is waited for since its target has ended", async () => {
  using time = new FakeTime();
  const shared = forwarderResources();
  // The wheel is not this connection's alone: it turns all the time.
  const other = shared.deadlines.set(3_000_000, () => {});
  const { client, target, forwarder, result } = await joined({
    idleTimeoutMs: 0,
    shared,
  });
  time.pass(1_000_000);
  await target.closeWrite();
  assertEquals((await readAll(client)).length, 0);
  for (const count of [1, 2]) {
    time.pass(119_000);
    await writeAll(client, bytesOf("x"));
    await within("the byte", readExactly(target, 1));
    await until(
      "the byte to be counted",
      () => forwarder.bytes.up === count || null,
    );
  }
  time.pass(121_000);
  assertEquals((await result).reason, "target_eof");
  client.close();
  target.close();
  other.cancel();
});
