/** PostgreSQL by server name, to targets that keep what clients are promised. */
import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import {
  type FakePostgres,
  fakePostgres,
  GSSENC_REQUEST,
  helloFor,
  SSL_REQUEST,
  startup,
  TestClient,
} from "../support/postgres_wire.ts";
import { namedEcho, type Service } from "../support/services.ts";
import { concat, textOf } from "../support/tcp.ts";

const HELLO = helloFor("db-a.example");

/** A config with a target by name, one by user, and one for the rest. */
function byName(a: Service, user: Service, rest: Service): unknown {
  return oneServer({
    options: { detect_timeout: "30s" },
    POSTGRES: {
      "SNI db-a.example": { action: "FORWARD", to_addr: a.address },
      "USER app": { action: "FORWARD", to_addr: user.address },
      CATCHALL: { action: "FORWARD", to_addr: rest.address },
    },
  });
}

function only(target: FakePostgres): [Uint8Array, Uint8Array] {
  assertEquals(target.requests.length, 1);
  return [target.requests[0]!, target.got[0]!];
}

Deno.test("postgres: a client that asks for TLS is answered, and goes by its name", async () => {
  await using a = fakePostgres("a");
  await using rest = fakePostgres("rest");
  await using proxy = serveConfig(byName(a, rest, rest));
  using client = await TestClient.connect(proxy.port);
  await client.send(SSL_REQUEST);
  assertEquals(await client.hear(1), "S");
  await client.send(HELLO);
  // One "S" in all: the target's own is not heard again.
  assertEquals(await client.hear(1), "a");
  assertEquals(await client.end(), "");
  const report = await proxy.report(1);
  assertEquals(only(a), [SSL_REQUEST, HELLO]);
  assertEquals(report.facts, {
    tls: true,
    version: "1.3",
    sni: "db-a.example",
    alpn: ["postgresql"],
  });
  assertEquals(
    [report.protocol, report.rule, report.reason],
    ["POSTGRES", "POSTGRES/SNI db-a.example", "client_eof"],
  );
  assertEquals(
    [report.bytesUp, report.bytesDown],
    [SSL_REQUEST.length + HELLO.length, 2],
  );
});

Deno.test("postgres: a client that drips is answered once", async () => {
  await using a = fakePostgres("a");
  await using rest = fakePostgres("rest");
  await using proxy = serveConfig(byName(a, rest, rest));
  using client = await TestClient.connect(proxy.port);
  const drip = async (bytes: Uint8Array) => {
    for (const byte of bytes) {
      await client.send(Uint8Array.of(byte));
      await delay(0);
    }
  };
  await drip(SSL_REQUEST);
  assertEquals(await client.hear(1), "S");
  await drip(HELLO);
  assertEquals(await client.end(), "a");
  await proxy.report(1);
  assertEquals(only(a), [SSL_REQUEST, HELLO]);
});

Deno.test("postgres: an unknown name, and none, go to the catch-all of POSTGRES", async () => {
  await using a = fakePostgres("a");
  await using rest = fakePostgres("rest");
  await using proxy = serveConfig(byName(a, a, rest));
  for (const sni of ["db-c.example", null]) {
    using client = await TestClient.connect(proxy.port);
    await client.send(SSL_REQUEST);
    assertEquals(await client.hear(1), "S");
    await client.send(helloFor(sni));
    assertEquals(await client.end(), "rest");
  }
  assertEquals((await proxy.report(2)).rule, "POSTGRES/CATCHALL");
  assertEquals(rest.requests, [SSL_REQUEST, SSL_REQUEST]);
});

Deno.test("postgres: a client that does not wait is not answered, and its bytes go on as they came", async () => {
  await using a = fakePostgres("a");
  await using rest = fakePostgres("rest");
  await using proxy = serveConfig(byName(a, rest, rest));
  using client = await TestClient.connect(proxy.port);
  await client.send(SSL_REQUEST, HELLO);
  assertEquals(await client.end(), "Sa", "the target's own answer");
  await proxy.report(1);
  assertEquals(
    textOf(concat(only(a))),
    textOf(concat([SSL_REQUEST, HELLO])),
  );
});

Deno.test("postgres: plaintext sent with the request is no user, and is not answered", async () => {
  await using user = namedEcho("user");
  await using rest = namedEcho("rest");
  await using proxy = serveConfig(byName(user, user, rest));
  const stuffed = [SSL_REQUEST, startup("user\0app\0")];
  using client = await TestClient.connect(proxy.port);
  await client.send(...stuffed);
  assertEquals(await client.end(), `rest:${textOf(concat(stuffed))}`);
  const { rule, facts } = await proxy.report(1);
  assertEquals([rule, facts], ["POSTGRES/CATCHALL", { tls: true }]);
});

Deno.test("postgres: GSSAPI encryption is declined, and the target does not hear of it", async () => {
  await using a = fakePostgres("a");
  await using user = namedEcho("user");
  await using proxy = serveConfig(byName(a, user, user));
  using client = await TestClient.connect(proxy.port);
  await client.send(GSSENC_REQUEST);
  assertEquals(await client.hear(1), "N");
  await client.send(SSL_REQUEST);
  assertEquals(await client.hear(1), "S");
  await client.send(HELLO);
  assertEquals(await client.end(), "a");
  const report = await proxy.report(1);
  assertEquals(only(a), [SSL_REQUEST, HELLO]);
  assertEquals(
    [report.rule, report.bytesUp],
    ["POSTGRES/SNI db-a.example", SSL_REQUEST.length + HELLO.length],
  );
  using plain = await TestClient.connect(proxy.port);
  const message = startup("user\0app\0");
  await plain.send(GSSENC_REQUEST);
  assertEquals(await plain.hear(1), "N");
  await plain.send(message);
  assertEquals(await plain.end(), `user:${textOf(message)}`);
  assertEquals((await proxy.report(2)).rule, "POSTGRES/USER app");
});

Deno.test("postgres: both requests sent at once are not answered", async () => {
  await using rest = namedEcho("rest");
  await using proxy = serveConfig(byName(rest, rest, rest));
  using client = await TestClient.connect(proxy.port);
  const requests = [GSSENC_REQUEST, SSL_REQUEST];
  await client.send(...requests);
  assertEquals(await client.end(), `rest:${textOf(concat(requests))}`);
});

Deno.test("postgres: plain sessions go by user", async () => {
  await using a = namedEcho("a");
  await using user = namedEcho("user");
  await using rest = namedEcho("rest");
  await using proxy = serveConfig(byName(a, user, rest));
  const message = startup("user\0app\0database\0shop\0");
  using plain = await TestClient.connect(proxy.port);
  await plain.send(message);
  assertEquals(await plain.end(), `user:${textOf(message)}`);
});

Deno.test("postgres: a client that starts TLS at once goes by the rules of TLS", async () => {
  await using direct = namedEcho("direct");
  await using other = namedEcho("other");
  const forward = { action: "FORWARD", to_addr: direct.address };
  await using proxy = serveConfig(oneServer({
    POSTGRES: forwardTo(other.address),
    TLS: {
      "SNI db-a.example ALPN postgresql": forward,
      CATCHALL: { action: "REJECT" },
    },
  }));
  using client = await TestClient.connect(proxy.port);
  await client.send(HELLO);
  assertEquals(await client.end(), `direct:${textOf(HELLO)}`);
});

Deno.test("postgres: without a rule by name nothing is answered in the target's stead", async () => {
  await using target = namedEcho("target");
  await using proxy = serveConfig(oneServer({
    POSTGRES: forwardTo(target.address),
  }));
  for (const request of [SSL_REQUEST, GSSENC_REQUEST]) {
    using client = await TestClient.connect(proxy.port);
    await client.send(request);
    assertEquals(await client.end(), `target:${textOf(request)}`);
  }
});
