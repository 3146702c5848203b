/** HTTP/2 clients that wait for SETTINGS, to targets that keep what they got. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import {
  frame,
  literals,
  PREFACE,
  request,
  SETTINGS,
  SETTINGS_ACK,
} from "../support/http2_frames.ts";
import { oneServer, serveConfig } from "../support/passthru.ts";
import { TestClient } from "../support/postgres_wire.ts";
import { type Service, service } from "../support/services.ts";
import { readAll, textOf, writeAll } from "../support/tcp.ts";
import { closedAddress } from "../support/upstream.ts";
import { until } from "../support/wait.ts";
import { be, wire } from "../support/wire.ts";

const WINDOW_UPDATE = frame(8, 0, 0, be(65535, 4));
const PING = frame(6, 0, 0, wire("12345678"));
const HEADERS = frame(1, 0x05, 1, literals(request("a.test")));
const DATA = frame(0, 0x01, 1, new Uint8Array(40_000).fill(7));
/** Not empty, to be told from ours. */
const TARGETS_SETTINGS = frame(4, 0, 0, wire(be(3, 2), be(9, 4)));
const CLIENTS_OPENING = wire(PREFACE, SETTINGS, WINDOW_UPDATE);

/** How often a client is late at most. */
const TRIES = 5;

/** A target that sends SETTINGS at once, and what its connections got. */
interface Target extends Service {
  readonly got: readonly Uint8Array[];
}

function target(): Target {
  const got: Uint8Array[] = [];
  const serving = service(async (conn) => {
    await writeAll(conn, TARGETS_SETTINGS);
    got.push(await readAll(conn));
  });
  return { ...serving, got };
}

function byAuthority({ address }: Service, more: object = {}): unknown {
  return oneServer({
    options: { detect_timeout: "30s" },
    HTTP2: {
      "AUTHORITY a.test": { action: "FORWARD", to_addr: address, ...more },
    },
  });
}

Deno.test("http2: a client that waits hears SETTINGS, and its acknowledgement of them goes no further", async () => {
  await using a = target();
  await using proxy = serveConfig(byAuthority(a));
  using client = await TestClient.connect(proxy.port);
  await client.send(CLIENTS_OPENING);
  assertEquals(await client.hear(SETTINGS.length), textOf(SETTINGS));
  await client.send(SETTINGS_ACK, PING, HEADERS);
  assertEquals(
    await client.hear(TARGETS_SETTINGS.length),
    textOf(TARGETS_SETTINGS),
  );
  await client.send(SETTINGS_ACK, DATA);
  assertEquals(await client.end(), "");
  const report = await proxy.report(1);
  const arrived = wire(CLIENTS_OPENING, PING, HEADERS, SETTINGS_ACK, DATA);
  assertEquals(a.got, [arrived]);
  assertEquals(
    [report.rule, report.facts["host"], report.bytesUp, report.bytesDown],
    [
      "HTTP2/AUTHORITY a.test",
      "a.test",
      arrived.length,
      TARGETS_SETTINGS.length,
    ],
  );
});

Deno.test("http2: an acknowledgement that comes long behind HEADERS, byte by byte, goes no further", async () => {
  await using a = target();
  await using proxy = serveConfig(byAuthority(a));
  using client = await TestClient.connect(proxy.port);
  await client.send(CLIENTS_OPENING);
  assertEquals(await client.hear(SETTINGS.length), textOf(SETTINGS));
  await client.send(HEADERS, DATA);
  assertEquals(
    await client.hear(TARGETS_SETTINGS.length),
    textOf(TARGETS_SETTINGS),
    "the target is joined",
  );
  for (const byte of wire(SETTINGS_ACK, SETTINGS_ACK, PING)) {
    await client.send(Uint8Array.of(byte));
    await delay(0);
  }
  assertEquals(await client.end(), "");
  await proxy.report(1);
  assertEquals(a.got, [
    wire(CLIENTS_OPENING, HEADERS, DATA, SETTINGS_ACK, PING),
  ]);
});

Deno.test("http2: SETTINGS cut anywhere are awaited, and a PROXY header comes first", async () => {
  await using a = target();
  await using proxy = serveConfig(byAuthority(a, { send_proxy: "v1" }));
  for (const place of [3, 24, 30, 33, 40]) {
    using client = await TestClient.connect(proxy.port);
    await client.send(CLIENTS_OPENING.subarray(0, place));
    await delay(0);
    await client.send(CLIENTS_OPENING.subarray(place));
    assertEquals(await client.hear(SETTINGS.length), textOf(SETTINGS));
    await client.send(SETTINGS_ACK, HEADERS);
    assertEquals(await client.end(), textOf(TARGETS_SETTINGS));
  }
  await proxy.report(5);
  for (const got of a.got) {
    assertMatch(textOf(got), /^PROXY TCP4 127.0.0.1 127.0.0.1 /);
    const header = textOf(got).indexOf("\r\n") + 2;
    assertEquals(got.subarray(header), wire(CLIENTS_OPENING, HEADERS));
  }
});

Deno.test("http2: a client that does not wait is not answered", async () => {
  await using a = target();
  await using proxy = serveConfig(byAuthority(a));
  const sent = [CLIENTS_OPENING, HEADERS];
  using together = await TestClient.connect(proxy.port);
  await together.send(...sent);
  assertEquals(await together.end(), textOf(TARGETS_SETTINGS));
  let heard = "";
  let asked = 1;
  // On a busy machine it may seem to wait between the two, but not each time.
  for (; asked <= TRIES && heard !== textOf(TARGETS_SETTINGS); asked++) {
    using apart = await TestClient.connect(proxy.port);
    for (const bytes of sent) await apart.send(bytes);
    heard = await apart.end();
  }
  assertEquals(heard, textOf(TARGETS_SETTINGS));
  await proxy.report(asked);
  assertEquals(a.got, Array(asked).fill(wire(...sent)));
});

Deno.test("http2: a target that cannot be dialled does not take the client's bytes from the next", async () => {
  await using a = target();
  const to = [closedAddress(), a.address];
  await using proxy = serveConfig(
    byAuthority(a, { to_addr: to }),
  );
  using client = await TestClient.connect(proxy.port);
  await client.send(CLIENTS_OPENING);
  await client.hear(SETTINGS.length);
  await client.send(SETTINGS_ACK, HEADERS);
  assertEquals(await client.end(), textOf(TARGETS_SETTINGS));
  assertMatch((await proxy.report(1)).retried!, /refused/);
  assertEquals(a.got, [wire(CLIENTS_OPENING, HEADERS)]);
});

Deno.test("http2: a client that leaves before SETTINGS are due leaves nothing behind", async () => {
  await using a = target();
  await using proxy = serveConfig(byAuthority(a));
  using client = await TestClient.connect(proxy.port);
  await client.send(CLIENTS_OPENING);
  await until("it is served", () => proxy.server.connections || null);
  proxy.server.close("drain_deadline");
  // On a busy machine they may have been due by then.
  const heard = await client.rest();
  assert(heard === "" || heard === textOf(SETTINGS), JSON.stringify(heard));
  assertEquals((await proxy.report(1)).reason, "drain_deadline");
});
