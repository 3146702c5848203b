/** WireGuard through the datagram plane: servers by key, sessions by index. */
import { assert, assertEquals } from "@std/assert";
import { LISTENER, serveDatagrams, UdpEnd } from "../support/datagrams.ts";
import {
  WIREGUARD_KEYS,
  wireguardData,
  wireguardInitiation,
  wireguardResponse,
} from "../support/wireguard.ts";

const [KEY_A, KEY_B, KEY_C] = WIREGUARD_KEYS as [string, string, string];
const INDEX_A = "a1a2a3a4";
const INDEX_B = "b1b2b3b4";

/** Two servers behind one port, told apart by their keys. */
function twoServers() {
  const stack = new AsyncDisposableStack();
  const a = stack.use(new UdpEnd());
  const b = stack.use(new UdpEnd());
  const plane = stack.use(serveDatagrams({
    WIREGUARD: {
      [`KEY ${KEY_A}`]: a.text,
      [`KEY ${KEY_B}`]: b.text,
      CATCHALL: { action: "REJECT" },
    },
  }));
  return {
    a,
    b,
    plane,
    port: plane.port,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Two ends of a session. @returns The port that the server heard it from. */
async function shakeHands(
  client: UdpEnd,
  server: UdpEnd,
  { port, key, index }: { port: number; key: string; index: string },
): Promise<number> {
  const initiation = wireguardInitiation(key, index.charCodeAt(0));
  await client.send(initiation, port);
  const heard = await server.next();
  assertEquals(heard.bytes, initiation);
  const response = wireguardResponse(initiation, index);
  await server.send(response, heard.from);
  assertEquals((await client.next()).bytes, response);
  return heard.from;
}

Deno.test("WireGuard: each client reaches the server whose key it has, and its data follows", async () => {
  await using servers = twoServers();
  const { a, b, plane, port } = servers;
  using one = new UdpEnd();
  using two = new UdpEnd();
  await shakeHands(one, a, { port, key: KEY_A, index: INDEX_A });
  await shakeHands(two, b, { port, key: KEY_B, index: INDEX_B });
  for (let counter = 0; counter < 3; counter++) {
    const [up, down] = [
      wireguardData(INDEX_A, counter),
      wireguardData(INDEX_B, counter),
    ];
    await one.send(up, port);
    await two.send(down, port);
    assertEquals((await a.next()).bytes, up);
    assertEquals((await b.next()).bytes, down);
  }
  assertEquals(plane.server.connections, 2);
});

Deno.test("WireGuard: a key that no rule names is refused in silence, and reported", async () => {
  await using servers = twoServers();
  const { a, plane, port } = servers;
  using client = new UdpEnd();
  await client.send(wireguardInitiation(KEY_C), port);
  const { reason, rule, protocol } = await plane.report(1);
  assertEquals([reason, rule, protocol], [
    "rejected",
    "WIREGUARD/CATCHALL",
    "WIREGUARD",
  ]);
  // The next one, with a key that is named, is served nevertheless.
  await shakeHands(client, a, { port, key: KEY_A, index: INDEX_A });
});

Deno.test("WireGuard: two sessions of one client port are told apart by the receiver's index", async () => {
  await using servers = twoServers();
  const { a, b, port } = servers;
  using client = new UdpEnd();
  await shakeHands(client, a, { port, key: KEY_A, index: INDEX_A });
  await shakeHands(client, b, { port, key: KEY_B, index: INDEX_B });
  for (const [server, index] of [[a, INDEX_A], [b, INDEX_B], [a, INDEX_A]]) {
    const data = wireguardData(index as string, 7);
    await client.send(data, port);
    assertEquals((await (server as UdpEnd).next()).bytes, data);
  }
});

Deno.test("WireGuard: a client with another address is followed by the receiver's index", async () => {
  await using servers = twoServers();
  const { b, port } = servers;
  using client = new UdpEnd();
  const before = await shakeHands(client, b, {
    port,
    key: KEY_B,
    index: INDEX_B,
  });
  using moved = new UdpEnd();
  const data = wireguardData(INDEX_B, 1);
  await moved.send(data, port);
  const heard = await b.next();
  assertEquals(heard.bytes, data);
  // By a socket of its own, as the server answers to where a packet came from.
  assert(heard.from !== before);
  const answer = wireguardData("01020304", 2);
  await b.send(answer, heard.from);
  assertEquals((await moved.next()).bytes, answer);
  // A session begun anew from there stays with the server of its key.
  await shakeHands(moved, b, { port, key: KEY_B, index: "b5b6b7b8" });
});

Deno.test("WireGuard: an index that no server gave goes nowhere", async () => {
  await using servers = twoServers();
  const { a, plane, port } = servers;
  using client = new UdpEnd();
  await shakeHands(client, a, { port, key: KEY_A, index: INDEX_A });
  using stranger = new UdpEnd();
  await stranger.send(wireguardData(INDEX_B, 1), port);
  const { reason, client: from, target } = await plane.report(1);
  assertEquals([reason, from, target], [
    "no_route",
    stranger.text,
    null,
  ]);
});

Deno.test("WireGuard: a client is followed also after a reload that took its target away", async () => {
  await using servers = twoServers();
  const { a, b, plane, port } = servers;
  using client = new UdpEnd();
  await shakeHands(client, b, { port, key: KEY_B, index: INDEX_B });
  plane.serve({ [LISTENER]: { WIREGUARD: a.text } });
  using moved = new UdpEnd();
  const data = wireguardData(INDEX_B, 1);
  await moved.send(data, port);
  const { bytes, from } = await b.next();
  assertEquals(bytes, data);
  await b.send("answer", from);
  assertEquals((await moved.next()).text, "answer");
});
