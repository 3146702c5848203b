/** The datagram plane in this process: flows, limits, answers, reloads. */
import { assert, assertEquals } from "@std/assert";
import { sampleHello } from "../../src/explain/sample_hello.ts";
import {
  LISTENER,
  serveDatagrams,
  udpEcho,
  UdpEnd,
} from "../support/datagrams.ts";
import { crypto, initial } from "../support/quic_packets.ts";
import { SAMPLE_CLIENT_V1, SAMPLE_SERVER_V1 } from "../support/quic_samples.ts";
import { until } from "../support/wait.ts";
import { be, hex, wire } from "../support/wire.ts";

const REFUSED = { CATCHALL: { action: "REJECT", with: "refused" } };

/** A ClientHello for a name, without the header of a record. */
function helloFor(sni: string): Uint8Array {
  return sampleHello({ sni }).subarray(5);
}

/** A DNS query for a name of one letter below `example`. */
function query(letter: string): Uint8Array {
  const label = new TextEncoder().encode(letter);
  return wire(
    hex("1234 0100 0001 0000 0000 0000 01"),
    label,
    hex("076578616d706c6500 0001 0001"),
  );
}

Deno.test("datagrams: a flow has a target socket of its own, and what the target says comes back", async () => {
  await using echo = udpEcho("one");
  await using plane = serveDatagrams({ CATCHALL: echo.text });
  using client = new UdpEnd();
  using other = new UdpEnd();
  for (
    const [end, text] of [[client, "a"], [other, "b"], [client, "c"]] as const
  ) {
    await end.send(text, plane.port);
    const { text: heard, from } = await end.next();
    assertEquals([heard, from], [`one:${text}`, plane.port]);
  }
  assertEquals([echo.clients.size, plane.server.connections], [2, 2]);
  plane.server.close("closed_by_admin");
  const report = await plane.report(1);
  assertEquals(
    [report.bytesUp, report.bytesDown, report.rule, report.target],
    [2, 10, "CATCHALL/CATCHALL", echo.text],
  );
});

Deno.test("datagrams: the largest and the empty one pass whole", async () => {
  await using echo = udpEcho("");
  await using plane = serveDatagrams({ CATCHALL: echo.text });
  using client = new UdpEnd();
  for (const length of [65_506, 0]) {
    const datagram = new Uint8Array(length).fill(7);
    await client.send(datagram, plane.port);
    const { bytes } = await client.next();
    assertEquals(bytes.length, length + 1);
    assert(bytes.subarray(1).every((byte) => byte === 7));
  }
});

Deno.test("datagrams: what is held for a decision comes whole, in order, and nothing twice", async () => {
  using target = new UdpEnd();
  await using plane = serveDatagrams({ QUIC: target.text });
  using client = new UdpEnd();
  const whole = helloFor("a.example");
  const parts = [[150, whole.length], [60, 150], [0, 60]] as const;
  const sent = parts.map(([from, to], number) =>
    initial(crypto(from, whole.subarray(from, to)), { number })
  );
  const zeroRtt = wire(
    0xd3,
    be(1, 4),
    8,
    hex("8394c8f03e515708"),
    0,
    hex("4004 01020304"),
  );
  const all = [sent[0]!, zeroRtt, sent[1]!, sent[2]!];
  for (const each of all) await client.send(each, plane.port);
  for (const each of all) assertEquals((await target.next()).bytes, each);
});

Deno.test("datagrams: idle flows end, those in use do not", async () => {
  await using echo = udpEcho("one");
  const route = {
    action: "FORWARD",
    to_addr: echo.text,
    idle_timeout: "300ms",
  };
  await using plane = serveDatagrams({ CATCHALL: { CATCHALL: route } });
  using idle = new UdpEnd();
  using busy = new UdpEnd();
  await idle.send("x", plane.port);
  await idle.next();
  const report = plane.report(1);
  let ended = false;
  void report.then(() => ended = true);
  while (!ended) {
    await busy.send("x", plane.port);
    await busy.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { reason, client } = await report;
  assertEquals([reason, client], ["idle_timeout", idle.text]);
  assertEquals([plane.server.connections, echo.clients.size], [1, 2]);
});

Deno.test("datagrams: nobody but the target is heard", async () => {
  using target = new UdpEnd();
  using stranger = new UdpEnd();
  await using plane = serveDatagrams({ CATCHALL: target.text });
  using client = new UdpEnd();
  await client.send("x", plane.port);
  const { from } = await target.next();
  await stranger.send("false", from);
  await target.send("true", from);
  assertEquals((await client.next()).text, "true");
});

Deno.test("datagrams: a TFTP target answers from another port, with which the flow goes on", async () => {
  using target = new UdpEnd();
  using transfer = new UdpEnd();
  using stranger = new UdpEnd();
  await using plane = serveDatagrams({ TFTP: target.text });
  using client = new UdpEnd();
  await client.send("\0\x01file\0octet\0", plane.port);
  const { from } = await target.next();
  await transfer.send("data", from);
  const data = await client.next();
  assertEquals([data.text, data.from], ["data", plane.port]);
  await client.send("acknowledged", plane.port);
  assertEquals((await transfer.next()).text, "acknowledged");
  await stranger.send("false", from);
  await transfer.send("more", from);
  assertEquals((await client.next()).text, "more");
});

Deno.test("datagrams: QUIC that is refused with tls_alert hears it, once more when it asks again", async () => {
  await using plane = serveDatagrams({
    QUIC: { CATCHALL: { action: "REJECT", with: "tls_alert" } },
  });
  using client = new UdpEnd();
  await client.send(SAMPLE_CLIENT_V1, plane.port);
  const first = await client.next();
  await client.send(SAMPLE_CLIENT_V1, plane.port);
  assertEquals((await client.next()).bytes, first.bytes);
  const report = await plane.report(1);
  assertEquals(
    [report.reason, report.with, report.facts["sni"], plane.reports.length],
    ["rejected", "tls_alert", "example.com", 1],
  );
  assertEquals(plane.server.connections, 0);
});

Deno.test("datagrams: an unknown version is negotiated, unless a rule takes it", async () => {
  const unknown = SAMPLE_CLIENT_V1.slice();
  unknown.set(hex("1a2a3a4a"), 1);
  using target = new UdpEnd();
  await using plane = serveDatagrams({
    QUIC: {
      "SNI example.com": target.text,
      CATCHALL: { action: "REJECT" },
    },
  });
  using client = new UdpEnd();
  await client.send(unknown, plane.port);
  const { bytes } = await client.next();
  assertEquals(bytes.subarray(1, 5), be(0, 4));
  // As it is: from the same address, in another version.
  await client.send(SAMPLE_CLIENT_V1, plane.port);
  assertEquals((await target.next()).bytes, SAMPLE_CLIENT_V1);

  plane.serve({
    [LISTENER]: { QUIC: { "QUICVERSION 0x1a2a3a4a": target.text } },
  });
  using other = new UdpEnd();
  await other.send(unknown, plane.port);
  assertEquals((await target.next()).bytes, unknown);
});

Deno.test("datagrams: each DNS query goes where its name leads, also from one port", async () => {
  await using a = udpEcho("a");
  await using b = udpEcho("b");
  await using plane = serveDatagrams({
    DNS: { "NAME a.example": a.text, "NAME b.example": b.text, ...REFUSED },
  });
  using client = new UdpEnd();
  for (const letter of ["a", "b", "a", "c", "b", "c"]) {
    await client.send(query(letter), plane.port);
    const { bytes, text } = await client.next();
    if (letter === "c") assertEquals(bytes.subarray(0, 4), hex("1234 8105"));
    else assertEquals(text.slice(0, 2), `${letter}:`);
  }
  assertEquals([a.clients.size, b.clients.size], [1, 1]);
});

Deno.test("datagrams: a QUIC client with another address goes to the same target by a socket of its own", async () => {
  using target = new UdpEnd();
  using other = new UdpEnd();
  await using plane = serveDatagrams({
    QUIC: { "SNI example.com": target.text, CATCHALL: other.text },
  });
  using client = new UdpEnd();
  await client.send(SAMPLE_CLIENT_V1, plane.port);
  const first = await target.next();
  await target.send(SAMPLE_SERVER_V1, first.from);
  await client.next();
  const short = wire(0x41, hex("f067a5502a4262b5"), new Uint8Array(40));
  using moved = new UdpEnd();
  await moved.send(short, plane.port);
  const second = await target.next();
  assertEquals(second.bytes, short);
  assert(second.from !== first.from);
  // Both paths stay, each with answers of its own.
  await target.send("new path", second.from);
  assertEquals((await moved.next()).text, "new path");
  await target.send("old path", first.from);
  assertEquals((await client.next()).text, "old path");
  await moved.send(short, plane.port);
  assertEquals((await target.next()).from, second.from);
});

Deno.test("datagrams: a new Initial on a known address is a connection of its own", async () => {
  using target = new UdpEnd();
  await using plane = serveDatagrams({ QUIC: target.text });
  using client = new UdpEnd();
  await client.send(SAMPLE_CLIENT_V1, plane.port);
  const first = await target.next();
  const again = initial(crypto(0, hex("01 000000")), {
    dcid: hex("0909090909090909"),
  });
  await client.send(again, plane.port);
  await client.send(SAMPLE_CLIENT_V1, plane.port);
  // What is broken goes nowhere, and the connection before it goes on.
  assertEquals((await target.next()).from, first.from);
  await plane.report(1);
  assertEquals(plane.server.connections, 1);
});

Deno.test("datagrams: a full table gives up who was never answered, and none that is established", async () => {
  await using echo = udpEcho("one");
  using silent = new UdpEnd();
  await using plane = serveDatagrams({
    DNS: silent.text,
    CATCHALL: echo.text,
    options: { max_connections: 3 },
  });
  using good = new UdpEnd();
  for (const text of ["x", "y"]) {
    await good.send(text, plane.port);
    await good.next();
  }
  const others = Array.from({ length: 6 }, () => new UdpEnd());
  for (const [at, other] of others.entries()) {
    await other.send(query("a"), plane.port);
    await silent.next();
    assertEquals(plane.server.connections, Math.min(2 + at, 3));
  }
  await good.send("z", plane.port);
  assertEquals((await good.next()).text, "one:z");
  assertEquals(
    plane.reports.map(({ reason }) => reason),
    Array(4).fill("limit"),
  );
  for (const other of others) other[Symbol.dispose]();
});

Deno.test("datagrams: established flows fill the table, and a stranger is kept out", async () => {
  await using echo = udpEcho("one");
  await using plane = serveDatagrams({
    CATCHALL: echo.text,
    options: { max_connections: 1 },
  });
  using good = new UdpEnd();
  for (const text of ["x", "y"]) {
    await good.send(text, plane.port);
    await good.next();
  }
  using stranger = new UdpEnd();
  await stranger.send("x", plane.port);
  const report = await plane.report(1);
  assertEquals(
    [report.client, report.reason, report.error],
    [stranger.text, "limit", "max_connections 1 reached"],
  );
});

Deno.test("datagrams: another Plan keeps the sockets, and open flows keep their targets", async () => {
  await using one = udpEcho("one");
  await using two = udpEcho("two");
  await using plane = serveDatagrams({ CATCHALL: one.text });
  using old = new UdpEnd();
  const ask = async (end: UdpEnd, text: string) => {
    await end.send(text, plane.port);
    return (await end.next()).text;
  };
  assertEquals(await ask(old, "a"), "one:a");
  plane.serve({ [LISTENER]: { CATCHALL: two.text } });
  using young = new UdpEnd();
  assertEquals(await ask(young, "b"), "two:b");
  assertEquals(await ask(old, "c"), "one:c");
  assertEquals(one.clients.size, 1);
  // No Plan has it: it takes no flow, and those that are open go on.
  plane.serve({ "127.0.0.2:0/udp": { CATCHALL: two.text } });
  using late = new UdpEnd();
  await late.send("x", plane.port);
  assertEquals(await ask(old, "d"), "one:d");
  assertEquals(two.received, 1);
});

Deno.test("datagrams: what comes back to passthru itself is a loop, and ends", async () => {
  await using plane = serveDatagrams({ CATCHALL: "loop.example:1" });
  plane.serve({ [LISTENER]: { CATCHALL: `loop.example:${plane.port}` } });
  using client = new UdpEnd();
  await client.send("x", plane.port);
  assertEquals((await plane.report(1)).reason, "loop");
  await until(
    "only the client's flow is left",
    () => plane.server.connections === 1 || null,
  );
});

Deno.test("datagrams: a name that leads nowhere, or to where it must not, ends the flow", async () => {
  await using plane = serveDatagrams({
    QUIC: { "SNI *.example.com": "{sni}:9" },
    CATCHALL: "nowhere.example:9",
  }, {
    resolve: (hostname) =>
      hostname === "www.example.com"
        ? Promise.resolve("127.0.0.1")
        : Promise.reject(new Error("it is not there")),
  });
  using client = new UdpEnd();
  await client.send(
    initial(crypto(0, helloFor("www.example.com"))),
    plane.port,
  );
  const { reason, error, target } = await plane.report(1);
  assertEquals([reason, target], ["dial_failed", "www.example.com:9"]);
  assert(error?.includes("127.0.0.1"), error);
  using other = new UdpEnd();
  await other.send("x", plane.port);
  assertEquals(
    (await plane.report(2)).error,
    "Cannot reach nowhere.example:9: it is not there",
  );
});

Deno.test("datagrams: a name that is not looked up in time ends the flow", async () => {
  const plane = serveDatagrams({ CATCHALL: "slow.example:9" }, {
    more: { defaults: { connect_timeout: "50ms" } },
    resolve: () => new Promise(() => {}),
  });
  await using _plane = plane;
  using client = new UdpEnd();
  await client.send("x", plane.port);
  const { reason, error } = await plane.report(1);
  assertEquals(
    [reason, error],
    ["dial_failed", "Cannot reach slow.example:9: timed out"],
  );
});
