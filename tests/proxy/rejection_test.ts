/** What is done to a client that is rejected, seen from its socket. */
import { assertEquals } from "@std/assert";
import { PeekedSource } from "../../src/net/peek.ts";
import { RingBufferPool } from "../../src/net/ring_buffer.ts";
import type { Seen } from "../../src/proxy/answers/answer.ts";
import { Rejection } from "../../src/proxy/rejection.ts";
import { tcpPair } from "../support/tcp.ts";

/** A drop asks for nothing of what was seen. */
const NOTHING: Seen = {
  protocol: null,
  facts: {},
  candidates: [],
  verdicts: [],
  view: new Uint8Array(),
  nowMs: 0,
};

Deno.test("rejection: a client that is dropped has keep-alive probes, since nothing else tells that it is gone", async () => {
  const { near: client, far: held } = await tcpPair();
  const asked: (boolean | undefined)[] = [];
  held.setKeepAlive = (on) => void asked.push(on);
  const peeked = new PeekedSource(held, new RingBufferPool(64));
  const rejection = new Rejection(held, peeked);
  const done = rejection.run({ kind: "drop", idleTimeoutMs: 0 }, NOTHING);
  assertEquals(asked, [true]);
  client.close();
  assertEquals(await done, "drop");
  peeked.dispose();
  held.close();
});
