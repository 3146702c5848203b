import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import type { Reply } from "../../src/detect/detector.ts";
import { PassthruError } from "../../src/errors.ts";
import { PeekedSource } from "../../src/net/peek.ts";
import { RingBufferPool } from "../../src/net/ring_buffer.ts";
import { type Opening, replayOpening } from "../../src/proxy/opening_replay.ts";
import { Replies } from "../../src/proxy/replies.ts";
import {
  bytesOf,
  readAll,
  readExactly,
  resettablePair,
  tcpPair,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { within } from "../support/wait.ts";

const ASK: Reply = {
  bytes: bytesOf("YES"),
  after: 3,
  request: "the question",
  promise: "questions",
};
const GREET: Reply = { bytes: bytesOf("no"), after: 0, request: "a greeting" };

/** An opening of a client that greeted ("hi?"), then asked ("ask"). */
async function opening(sent = "hi?askrest"): Promise<Opening> {
  const peeked = new PeekedSource(
    {
      read(p) {
        p.set(bytesOf(sent));
        return Promise.resolve(sent.length);
      },
    },
    new RingBufferPool(64),
  );
  await peeked.peek(60_000, () => true);
  const replies = new Replies({ write: (p) => Promise.resolve(p.length) });
  replies.give(3, GREET);
  replies.give(6, ASK);
  return { peeked, replies };
}

function options(more: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const { signal } = new AbortController();
  return { timeoutMs: 60_000, signal, ...more };
}

/** Replays to a target that does that; gives the error's message. */
async function refusal(
  target: (far: Deno.TcpConn) => Promise<void> | void,
  timeoutMs = 60_000,
): Promise<string> {
  const { near, far } = await tcpPair();
  const { peeked, replies } = await opening();
  const replayed = assertRejects(
    () => replayOpening(near, { peeked, replies }, options({ timeoutMs })),
    PassthruError,
  ).then((error) => {
    assertEquals(error.code, "replay_failed");
    assertEquals(error.source, "target");
    message = error.message;
  });
  let message = "";
  assertEquals(textOf(await readExactly(far, 3)), "ask");
  await target(far);
  await replayed;
  assertThrows(() => near.close(), "the target is closed");
  assertEquals(textOf(peeked.peeked), "hi?askrest", "for another target");
  far.close();
  peeked.dispose();
  return message;
}

Deno.test("replayOpening() asks what promised something, behind our own bytes, and drops what was replied to", async () => {
  const { near, far } = await tcpPair();
  const { peeked, replies } = await opening();
  const header = bytesOf("PROXY ");
  const replayed = replayOpening(near, { peeked, replies, header }, options());
  assertEquals(textOf(await readExactly(far, 9)), "PROXY ask");
  // In pieces, and with more behind it, which is not for passthru.
  await writeAll(far, bytesOf("YE"));
  await writeAll(far, bytesOf("Sbehind"));
  assertEquals(await replayed, { up: 3, down: 3 });
  assertEquals(textOf(await readExactly(near, 6)), "behind");
  assertEquals(textOf(peeked.peeked), "rest");
  near.close();
  assertEquals((await readAll(far)).length, 0, "nothing else was sent");
  far.close();
  peeked.dispose();
});

Deno.test("replayOpening() does nothing for a client that was told nothing", async () => {
  const { near, far } = await tcpPair();
  const { peeked } = await opening();
  const replies = new Replies({ write: (p) => Promise.resolve(p.length) });
  assertEquals(
    await replayOpening(near, { peeked, replies }, options()),
    { up: 0, down: 0 },
  );
  assertEquals(textOf(peeked.peeked), "hi?askrest");
  near.close();
  assertEquals((await readAll(far)).length, 0);
  far.close();
  peeked.dispose();
});

Deno.test("replayOpening() fails when the target replies otherwise", async () => {
  assertEquals(
    await refusal((far) => writeAll(far, bytesOf("NOPE"))),
    'it does not take questions: it answered "NOP" to the question',
  );
  assertEquals(
    await refusal((far) => writeAll(far, new Uint8Array([0x1b, 0x0a, 0xff]))),
    'it does not take questions: it answered "\\u001b\\nÿ" to the question',
  );
});

Deno.test("replayOpening() fails when the target ends before the reply, or within it", async () => {
  const message = "it does not take questions: it ended at the question";
  assertEquals(await refusal((far) => far.closeWrite()), message);
  const within = async (far: Deno.TcpConn) => {
    await writeAll(far, bytesOf("YE"));
    await far.closeWrite();
  };
  assertEquals(await refusal(within), message);
});

Deno.test("replayOpening() fails when the target does not reply in time", async () => {
  const message =
    "it does not take questions: no answer to the question in time";
  assertEquals(await refusal(() => {}, 30), message);
  assertEquals(
    await refusal((far) => writeAll(far, bytesOf("YE")), 30),
    message,
  );
});

Deno.test("replayOpening() fails when the target breaks off", async () => {
  const { near, reset } = await resettablePair();
  const { peeked, replies } = await opening();
  const replayed = replayOpening(near, { peeked, replies }, options());
  reset();
  assertMatch(
    (await assertRejects(
      () => replayed,
      PassthruError,
    )).message,
    /^it does not take questions: it broke off at the question: connection /,
  );
  peeked.dispose();
});

Deno.test("replayOpening() gives up when it is aborted, before or while it waits", async () => {
  for (const early of [true, false]) {
    const { near, far } = await tcpPair();
    const { peeked, replies } = await opening();
    const controller = new AbortController();
    if (early) controller.abort();
    const { signal } = controller;
    const replayed = assertRejects(
      () => replayOpening(near, { peeked, replies }, options({ signal })),
    );
    if (!early) {
      await readExactly(far, 3);
      controller.abort();
    }
    await within("the end of the replay", replayed);
    assertThrows(() => near.close());
    far.close();
    peeked.dispose();
  }
});
