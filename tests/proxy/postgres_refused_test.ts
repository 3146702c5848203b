/** PostgreSQL by server name, with clients and targets that do not go on. */
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { oneServer, serveConfig } from "../support/passthru.ts";
import {
  fakePostgres,
  helloFor,
  SSL_REQUEST,
  TestClient,
} from "../support/postgres_wire.ts";
import { type Service, service } from "../support/services.ts";
import {
  bytesOf,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { within } from "../support/wait.ts";

const HELLO = helloFor("db-a.example");
const HALF_HELLO = HELLO.subarray(0, 40);

/** A server with one target by name, and more protocols and options. */
function byName(
  target: Service,
  more: object = {},
  fields: object = {},
): unknown {
  const forward = { action: "FORWARD", to_addr: target.address, ...fields };
  return oneServer({ POSTGRES: { "SNI db-a.example": forward }, ...more });
}

/** A target that answers such bytes to the request, then ends its side. */
function answering(answer: string): Service {
  return service(async (conn) => {
    await readExactly(conn, SSL_REQUEST.length);
    await writeAll(conn, bytesOf(answer));
    await conn.closeWrite();
    await readAll(conn);
  });
}

/** Sends the request, hears its answer, and sends more. */
async function openings(
  port: number,
  ...rest: readonly Uint8Array[]
): Promise<TestClient> {
  const client = await TestClient.connect(port);
  await client.send(SSL_REQUEST);
  assertEquals(await client.hear(1), "S");
  if (rest.length > 0) await client.send(...rest);
  return client;
}

Deno.test("postgres: a target that does not take TLS is reported, and its answer is not passed on", async () => {
  const message = "EFATAL\0";
  for (
    const [answer, why] of [
      ["N", 'it answered "N" to SSLRequest'],
      [message, 'it answered "E" to SSLRequest'],
      ["", "it ended at SSLRequest"],
    ] as const
  ) {
    await using target = answering(answer);
    await using proxy = serveConfig(byName(target));
    using client = await openings(proxy.port, HELLO);
    assertEquals(await client.rest(), "");
    const report = await proxy.report(1);
    assertEquals(
      [report.reason, report.error, report.bytesUp, report.bytesDown],
      [
        "dial_failed",
        `Cannot dial ${target.address}: it does not take TLS: ${why}`,
        0,
        0,
      ],
    );
    assertEquals(
      [report.rule, report.target, report.facts["sni"]],
      ["POSTGRES/SNI db-a.example", target.address, "db-a.example"],
    );
    assert(report.dialMs !== null);
  }
});

Deno.test("postgres: a target that does not answer costs the connect timeout", async () => {
  await using target = service(async (conn) => {
    await readAll(conn);
  });
  await using proxy = serveConfig(
    byName(target, {}, { connect_timeout: "100ms" }),
  );
  using client = await openings(proxy.port, HELLO);
  assertEquals(await client.rest(), "");
  const { reason, error } = await proxy.report(1);
  assertEquals(reason, "dial_failed");
  assertEquals(
    error,
    `Cannot dial ${target.address}: it does not take TLS: no answer to SSLRequest in time`,
  );
});

Deno.test("postgres: a stop ends the wait for the target's answer", async () => {
  let asked = () => {};
  const reached = new Promise<void>((resolve) => asked = resolve);
  await using target = service(async (conn) => {
    await readExactly(conn, SSL_REQUEST.length);
    asked();
    await readAll(conn);
  });
  const proxy = serveConfig(byName(target));
  using client = await openings(proxy.port, HELLO);
  await within("the request at the target", reached);
  assertEquals(await within("the stop", proxy.server.stop(0)), 1);
  assertEquals(await client.rest(), "");
  assertEquals(proxy.reports[0]!.reason, "drain_deadline");
});

Deno.test("postgres: the detection timeout counts from the accept to the last byte of the hello", async () => {
  await using target = fakePostgres("a");
  await using proxy = serveConfig(
    byName(target, { options: { detect_timeout: "150ms" } }),
  );
  for (const rest of [[], [HALF_HELLO]]) {
    using client = await openings(proxy.port, ...rest);
    assertEquals(await client.rest(), "");
  }
  const reports = [await proxy.report(1), await proxy.report(2)];
  assertEquals(
    reports.map(({ protocol, reason, verdicts }) => [
      protocol,
      reason,
      ...verdicts,
    ]),
    [
      ["POSTGRES", "no_route"],
      [null, "detect_timeout", "POSTGRES: more"],
    ],
  );
  for (const { detectMs } of reports) assert(detectMs! >= 149);
  assertEquals(target.requests.length, 0);
});

Deno.test("postgres: an answered client that drips its hello meets the deadline", async () => {
  await using target = fakePostgres("a");
  await using proxy = serveConfig(
    byName(target, { options: { detect_timeout: "150ms" } }),
  );
  using client = await openings(proxy.port);
  let ended = false;
  const rest = client.rest().then((text) => {
    ended = true;
    return text;
  });
  for (let at = 0; !ended && at < HELLO.length - 1; at++) {
    await client.send(HELLO.subarray(at, at + 1)).catch(() => {});
    await delay(5);
  }
  assertEquals(await within("the end", rest), "");
  assertEquals((await proxy.report(1)).reason, "detect_timeout");
});

Deno.test("postgres: after the deadline catch-alls are told what the client was promised", async () => {
  await using rest = fakePostgres("rest");
  const action = { action: "FORWARD", to_addr: rest.address };
  for (
    const [protocols, sent, rule] of [
      [{ POSTGRES: { CATCHALL: action } }, [], "POSTGRES/CATCHALL"],
      [{ CATCHALL: { CATCHALL: action } }, [], "CATCHALL/CATCHALL"],
      [{ CATCHALL: { CATCHALL: action } }, [HALF_HELLO], "CATCHALL/CATCHALL"],
    ] as const
  ) {
    await using proxy = serveConfig(oneServer({
      options: { detect_timeout: "60ms" },
      ...protocols,
      POSTGRES: {
        "SNI db-a.example": { action: "REJECT" },
        ...("POSTGRES" in protocols ? protocols.POSTGRES : {}),
      },
    }));
    const length = sent.reduce((sum, part) => sum + part.length, 0);
    using client = await openings(proxy.port, ...sent);
    assertEquals(await client.hear(4), "rest", "and no second answer");
    await client.send(HELLO.subarray(length));
    assertEquals(await client.end(), "");
    assertEquals((await proxy.report(1)).rule, rule);
    assertEquals(rest.requests.at(-1), SSL_REQUEST);
    assertEquals(rest.got.at(-1), HELLO);
  }
});

Deno.test("postgres: junk behind the answer is for the server's catch-all only", async () => {
  await using rest = fakePostgres("rest");
  const forward = { action: "FORWARD", to_addr: rest.address };
  const junk = bytesOf("junk");
  await using caught = serveConfig(oneServer({
    POSTGRES: { "SNI db-a.example": forward },
    CATCHALL: { CATCHALL: forward },
  }));
  using client = await openings(caught.port, junk);
  assertEquals(await client.end(), "rest");
  assertEquals((await caught.report(1)).rule, "CATCHALL/CATCHALL");
  assertEquals(rest.requests, [SSL_REQUEST]);
  assertEquals(textOf(rest.got[0]!), "junk");
  await using closed = serveConfig(oneServer({
    POSTGRES: { "SNI db-a.example": forward, CATCHALL: forward },
  }));
  using refused = await openings(closed.port, junk);
  assertEquals(await refused.rest(), "");
  const { reason, verdicts } = await closed.report(1);
  assertEquals([reason, verdicts], ["no_route", [
    "POSTGRES: malformed, no ClientHello follows SSLRequest",
  ]]);
});

Deno.test("postgres: a client that leaves behind the answer is for the catch-all of POSTGRES", async () => {
  await using rest = fakePostgres("rest");
  const forward = { action: "FORWARD", to_addr: rest.address };
  await using proxy = serveConfig(oneServer({
    POSTGRES: { "SNI db-a.example": forward, CATCHALL: forward },
  }));
  using client = await openings(proxy.port);
  assertEquals(await client.end(), "rest");
  const { rule, bytesUp, bytesDown } = await proxy.report(1);
  assertEquals([rule, bytesUp, bytesDown], ["POSTGRES/CATCHALL", 8, 5]);
});

Deno.test("postgres: nobody is answered while a detector before POSTGRES cannot tell", async () => {
  await using target = fakePostgres("a");
  await using proxy = serveConfig({
    version: "v1.0.0",
    detectors: { LONG: { bytes: "x", offset: 20 } },
    servers: {
      "127.0.0.1:0": {
        options: { detect_timeout: "60ms" },
        LONG: { CATCHALL: { action: "REJECT" } },
        POSTGRES: {
          "SNI db-a.example": { action: "FORWARD", to_addr: target.address },
        },
      },
    },
  });
  using client = await TestClient.connect(proxy.port);
  await client.send(SSL_REQUEST);
  assertEquals(await client.rest(), "");
  assertEquals((await proxy.report(1)).reason, "no_route");
});
