/** How the admin server answers, whatever was asked. */
import assert from "node:assert/strict";
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
    assert.equal(headers.get("cache-control"), "no-store", path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("x-frame-options"), "DENY", path);
    assert.equal(headers.get("referrer-policy"), "no-referrer", path);
    assert.match(
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
    assert.deepEqual([head[0], head[1]], [status, ""], path);
    assert.equal(head[2].get("content-type"), headers.get("content-type"));
  }
  await getFrom(admin, "/api/events", { method: "HEAD" });
  assert.equal(admin.source.reportListeners.size, 0);
});

Deno.test("admin: a method that does not go with a path is told which do", async () => {
  await using admin = fakeAdmin();
  const allowed = async (method: string, path: string) => {
    const [status, body, headers] = await getFrom(admin, path, { method });
    assert.equal(status, 405);
    assert.equal(
      (body as { error: string }).error,
      `Method ${method} does not go with this path: expected ${
        headers.get("allow")
      }`,
    );
    return headers.get("allow");
  };
  assert.equal(await allowed("POST", "/api/state"), "GET, HEAD");
  assert.equal(await allowed("DELETE", "/api/connections/7"), "GET, HEAD");
  assert.equal(await allowed("GET", "/api/reload"), "POST");
  assert.equal(await allowed("PUT", "/api/log"), "POST");
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
    assert.deepEqual([status, body], [404, {
      error: `There is no ${JSON.stringify(path)}`,
    }]);
  }
});

Deno.test("admin: an answer that does not come in time is 503", async () => {
  await using admin = fakeAdmin({}, "127.0.0.1", 20);
  admin.source.stateNow = () => new Promise(() => {});
  assert.deepEqual((await getFrom(admin, "/api/state")).slice(0, 2), [503, {
    error: "No answer within 0.02 seconds",
  }]);
});

Deno.test("admin: a defect is in the log, and not in the answer", async () => {
  await using admin = fakeAdmin();
  admin.source.stateNow = () => Promise.reject(new Error("the inside"));
  assert.deepEqual((await getFrom(admin, "/api/state")).slice(0, 2), [500, {
    error: "Internal error: the log says more",
  }]);
  assert.match(
    admin.log(),
    / ERROR admin call failed error="Error: the inside/,
  );
});

Deno.test("admin: requests that are hardly any are answered without a trace in the log of errors", async () => {
  await using admin = fakeAdmin();
  const end = "Connection: close\r\n\r\n";
  const first = (line: string, host = "Host: 127.0.0.1\r\n") =>
    raw(admin, `${line} HTTP/1.1\r\n${host}${end}`);
  assert.equal(await first("GET /healthz"), "HTTP/1.1 200 OK");
  assert.match(await first("GET /healthz", "Host: a b\r\n"), / 400 /);
  assert.match(await first("GET /api/state", "Host: \r\n"), / 403 /);
  assert.match(await first("GET http://evil.example/api/state"), / 403 /);
  assert.match(await first("OPTIONS *"), / 404 /);
  assert.match(await first("BREW /"), / 405 /);
  const cut = "POST /api/log HTTP/1.1\r\nHost: localhost\r\n" +
    "Passthru-Admin: 1\r\nContent-Length: 50\r\n\r\n{";
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: admin.port });
  await writeAll(conn, new TextEncoder().encode(cut));
  conn.close();
  assert.equal((await getFrom(admin, "/healthz"))[0], 200);
  assert.doesNotMatch(admin.log(), /ERROR/);
});

Deno.test("admin: an address that is taken is said to be", async () => {
  await using admin = fakeAdmin();
  await using other = fakeAdmin();
  const { port } = admin;
  const text = `127.0.0.1:${port}`;
  assert.throws(
    () => other.server.listen({ text, hostname: "127.0.0.1", port }),
    (error) =>
      error instanceof PassthruError && error.code === "bind_failed" &&
      error.message ===
        `Cannot listen on "${text}" for admin: address already in use`,
  );
});

Deno.test("admin: what is under way is answered when it stops", async () => {
  await using admin = fakeAdmin();
  const reloading = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  admin.source.reloaded = async () => {
    asked.resolve();
    await reloading.promise;
    return { ok: true, answer: { generation: 3, changes: [] } };
  };
  const answer = getFrom(admin, "/api/reload", posted());
  await asked.promise;
  const stopped = admin.server.stop();
  reloading.resolve();
  assert.equal((await answer)[0], 200);
  await stopped;
  await assert.rejects(fetch(admin.url));
});
