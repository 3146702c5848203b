/** How the admin server answers, whatever was asked. */
import {
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertObjectMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { PassthruError } from "../../src/errors.ts";
import { getFrom, posted } from "../support/admin_requests.ts";
import { type FakeAdmin, fakeAdmin } from "../support/fake_admin.ts";
import { readAll, writeAll } from "../support/tcp.ts";

/** The answer to bytes that no HTTP client would send. */
async function raw(admin: FakeAdmin, request: string): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: admin.port });
  await writeAll(conn, new TextEncoder().encode(request));
  const answer = new TextDecoder().decode(await readAll(conn));
  conn.close();
  return answer.split("\r\n")[0]!;
}

Deno.test("admin: every answer keeps itself out of caches, frames and other origins", async () => {
  await using admin = fakeAdmin();
  for (const path of ["/", "/healthz", "/metrics", "/api/state", "/none"]) {
    const [, , headers] = await getFrom(admin, path);
    assertEquals(headers.get("cache-control"), "no-store", path);
    assertEquals(headers.get("x-content-type-options"), "nosniff", path);
    assertEquals(headers.get("x-frame-options"), "DENY", path);
    assertEquals(headers.get("referrer-policy"), "no-referrer", path);
    assertMatch(
      headers.get("content-security-policy")!,
      /default-src 'none'.*frame-ancestors 'none'/,
      path,
    );
  }
});

Deno.test("admin: HEAD is GET without the body", async () => {
  await using admin = fakeAdmin();
  for (const path of ["/", "/healthz", "/api/state", "/none"]) {
    const [status, , headers] = await getFrom(admin, path);
    const head = await getFrom(admin, path, { method: "HEAD" });
    assertEquals([head[0], head[1]], [status, ""], path);
    assertEquals(head[2].get("content-type"), headers.get("content-type"));
  }
  await getFrom(admin, "/api/events", { method: "HEAD" });
  assertEquals(admin.source.reportListeners.size, 0);
});

Deno.test("admin: a method that does not go with a path is told which do", async () => {
  await using admin = fakeAdmin();
  const allowed = async (method: string, path: string) => {
    const [status, body, headers] = await getFrom(admin, path, { method });
    assertEquals(status, 405);
    assertEquals(
      (body as { error: string }).error,
      `Method ${method} does not go with this path: expected ${
        headers.get("allow")
      }`,
    );
    return headers.get("allow");
  };
  assertEquals(await allowed("POST", "/api/state"), "GET, HEAD");
  assertEquals(await allowed("DELETE", "/api/connections/7"), "GET, HEAD");
  assertEquals(await allowed("GET", "/api/reload"), "POST");
  assertEquals(await allowed("PUT", "/api/log"), "POST");
});

Deno.test("admin: a path that is none is not found", async () => {
  await using admin = fakeAdmin();
  for (
    const path of [
      "/api",
      "/api/",
      "/api/state/",
      "//api/state",
      "/api/connections/",
      "/api/connections/7/close/x",
      "/index.html",
    ]
  ) {
    const [status, body] = await getFrom(admin, path);
    assertEquals([status, body], [404, {
      error: `There is no ${JSON.stringify(path)}`,
    }]);
  }
});

Deno.test("admin: an answer that does not come in time is 503", async () => {
  await using admin = fakeAdmin({}, "127.0.0.1", { answerMs: 20 });
  admin.source.stateNow = () => new Promise(() => {});
  assertEquals((await getFrom(admin, "/api/state")).slice(0, 2), [503, {
    error: "No answer within 0.02 seconds",
  }]);
});

Deno.test("admin: a defect is in the log, and not in the answer", async () => {
  await using admin = fakeAdmin();
  admin.source.stateNow = () => Promise.reject(new Error("the inside"));
  assertEquals((await getFrom(admin, "/api/state")).slice(0, 2), [500, {
    error: "Internal error: see the log",
  }]);
  assertMatch(
    admin.log(),
    / ERROR admin call failed error="Error: the inside/,
  );
});

Deno.test("admin: requests that are hardly any are answered without a trace in the log of errors", async () => {
  await using admin = fakeAdmin();
  const end = "Connection: close\r\n\r\n";
  const first = (line: string, host = "Host: 127.0.0.1\r\n") =>
    raw(admin, `${line} HTTP/1.1\r\n${host}${end}`);
  assertEquals(await first("GET /healthz"), "HTTP/1.1 200 OK");
  assertMatch(await first("GET /healthz", "Host: a b\r\n"), / 400 /);
  assertMatch(await first("GET /api/state", "Host: \r\n"), / 403 /);
  assertMatch(await first("GET http://evil.example/api/state"), / 403 /);
  assertMatch(await first("OPTIONS *"), / 404 /);
  assertMatch(await first("BREW /"), / 400 /);
  assertMatch(await first("TRACE /"), / 405 /);
  // It speaks HTTP/1 alone.
  assertMatch(await raw(admin, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), / 400 /);
  assertMatch(await raw(admin, "\x16\x03\x01"), / 400 /);
  assertMatch(await first(`GET /${"x".repeat(20_000)}`), / 431 /);
  const cut = "POST /api/log HTTP/1.1\r\nHost: localhost\r\n" +
    "Passthru-Admin: 1\r\nContent-Length: 50\r\n\r\n{";
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: admin.port });
  await writeAll(conn, new TextEncoder().encode(cut));
  conn.close();
  assertEquals((await getFrom(admin, "/healthz"))[0], 200);
  assertNotMatch(admin.log(), /ERROR/);
});

Deno.test("admin: an address that is taken is said to be", async () => {
  await using admin = fakeAdmin();
  await using other = fakeAdmin();
  const { port } = admin;
  const text = `127.0.0.1:${port}`;
  assertObjectMatch(
    assertThrows(
      () => other.server.listen({ text, hostname: "127.0.0.1", port }),
      PassthruError,
    ),
    {
      code: "bind_failed",
      message: `Cannot listen on "${text}" for admin: address already in use`,
    },
  );
});

Deno.test("admin: what is under way is answered when it stops", async () => {
  await using admin = fakeAdmin();
  const reloading = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  admin.source.reloaded = async () => {
    asked.resolve();
    await reloading.promise;
    return {
      ok: true,
      answer: { generation: 3, changes: [], notes: [], refused: [] },
    };
  };
  const answer = getFrom(admin, "/api/reload", posted());
  await asked.promise;
  const stopped = admin.server.stop();
  reloading.resolve();
  assertEquals((await answer)[0], 200);
  await stopped;
  await assertRejects(() => fetch(admin.url));
});
