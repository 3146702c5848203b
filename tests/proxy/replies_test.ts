import { assert, assertEquals } from "@std/assert";
import { Replies } from "../../src/proxy/replies.ts";
import { bytesOf, textOf } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

/** A client that takes one byte a write, and what it heard. */
class Listener {
  heard = "";
  broken = false;

  write(bytes: Uint8Array): Promise<number> {
    if (this.broken) return Promise.reject(new Error("gone"));
    this.heard += textOf(bytes.subarray(0, 1));
    return Promise.resolve(1);
  }
}

function reply(text: string, after = 0) {
  return { bytes: bytesOf(text), after, request: "A request" };
}

Deno.test("Replies are given in whole and in order, and remembered", async () => {
  const client = new Listener();
  const replies = new Replies(client);
  const [first, second] = [reply("one"), reply("two", 8)];
  replies.give(8, first);
  replies.give(16, second);
  await replies.settled();
  assertEquals(client.heard, "onetwo");
  assertEquals(replies.given, [
    { length: 8, reply: first },
    { length: 16, reply: second },
  ]);
});

Deno.test("Replies are given once a length", async () => {
  const client = new Listener();
  const replies = new Replies(client);
  for (let times = 0; times < 3; times++) replies.give(8, reply("S"));
  await replies.settled();
  assertEquals(client.heard, "S");
  assertEquals(replies.given.length, 1);
});

Deno.test("Replies leave out what a client would take for another reply", async () => {
  const client = new Listener();
  const replies = new Replies(client);
  // It sent both requests without waiting for the reply to the first.
  replies.give(16, reply("S", 8));
  await replies.settled();
  assertEquals(client.heard, "");
  assertEquals(replies.given, []);
});

Deno.test("Replies wait for the client to be quiet", async () => {
  const client = new Listener();
  const replies = new Replies(client);
  const quiet = { ...reply("S"), quietMs: 20 };
  const start = performance.now();
  replies.give(8, quiet);
  await until("the reply", () => replies.given.length > 0 || null);
  assert(performance.now() - start >= 19);
  await replies.settled();
  assertEquals(client.heard, "S");
  assertEquals(replies.given, [{ length: 8, reply: quiet }]);
});

Deno.test("Replies are left out when the client sends more, and given for what it has sent then", async () => {
  const client = new Listener();
  const replies = new Replies(client);
  replies.give(8, { ...reply("one"), quietMs: 1 });
  replies.notQuiet();
  const later = { ...reply("two"), quietMs: 2 };
  replies.give(9, { ...reply("three"), quietMs: 1 });
  replies.give(10, later);
  await until("the reply", () => replies.given.length > 0 || null);
  await replies.settled();
  assertEquals(client.heard, "two");
  assertEquals(replies.given, [{ length: 10, reply: later }]);
});

Deno.test("Replies to a client that is gone are no error", async () => {
  const client = new Listener();
  client.broken = true;
  const replies = new Replies(client);
  replies.give(8, reply("S"));
  await replies.settled();
  assertEquals(replies.given.length, 1);
});
