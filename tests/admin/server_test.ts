/** What the admin server answers. */
import assert from "node:assert/strict";
import { MAX_BODY_BYTES } from "../../src/admin/json_body.ts";
import { pageHtml } from "../../src/admin/page/mod.ts";
import { PassthruError } from "../../src/errors.ts";
import { type FakeAdmin, fakeAdmin } from "../support/fake_admin.ts";
import { readAll, writeAll } from "../support/tcp.ts";

const MARK = { "passthru-admin": "1" };

/** The status and the body of an answer, JSON as a value. */
async function get(
  { url }: FakeAdmin,
  path: string,
  init: RequestInit = {},
): Promise<[number, unknown, Headers]> {
  const response = await fetch(url + path, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return [
    response.status,
    isJson && text !== "" ? JSON.parse(text) : text,
    response.headers,
  ];
}

function post(body?: string): RequestInit {
  return body === undefined
    ? { method: "POST", headers: MARK }
    : { method: "POST", headers: MARK, body };
}

/** The answer to bytes that no HTTP client would send. */
async function raw(admin: FakeAdmin, request: string): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: admin.port });
  await writeAll(conn, new TextEncoder().encode(request));
  const answer = new TextDecoder().decode(await readAll(conn));
  conn.close();
  return answer.split("\r\n")[0]!;
}

Deno.test("admin: it lives, and says whether it is ready", async () => {
  await using admin = fakeAdmin();
  assert.deepEqual((await get(admin, "/healthz")).slice(0, 2), [200, "ok\n"]);
  for (const status of ["starting", "ready", "draining"] as const) {
    admin.source.changed = { ...admin.source.changed, status };
    const [code, text] = await get(admin, "/readyz");
    assert.deepEqual([code, text], [
      status === "ready" ? 200 : 503,
      `${status}\n`,
    ]);
    assert.equal((await get(admin, "/healthz"))[0], 200);
  }
});

Deno.test("admin: state, metrics and the page are what the source has", async () => {
  await using admin = fakeAdmin();
  assert.deepEqual((await get(admin, "/api/state"))[1], { pid: 1 });
  const [, text, headers] = await get(admin, "/metrics");
  assert.equal(text, "up 1\n");
  assert.equal(
    headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  const [, html, pageHeaders] = await get(admin, "/");
  const page = pageHtml();
  assert.equal(html, page.html);
  assert.equal(pageHeaders.get("content-security-policy"), page.csp);
  assert.equal(pageHeaders.get("content-type"), "text/html; charset=utf-8");
});

Deno.test("admin: every answer keeps itself out of caches, frames and other origins", async () => {
  await using admin = fakeAdmin();
  for (const path of ["/", "/healthz", "/metrics", "/api/state", "/none"]) {
    const [, , headers] = await get(admin, path);
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
    const [status, , headers] = await get(admin, path);
    const head = await get(admin, path, { method: "HEAD" });
    assert.deepEqual([head[0], head[1]], [status, ""], path);
    assert.equal(head[2].get("content-type"), headers.get("content-type"));
  }
  await get(admin, "/api/events", { method: "HEAD" });
  assert.equal(admin.source.reportListeners.size, 0);
});

Deno.test("admin: a method that does not go with a path is told which do", async () => {
  await using admin = fakeAdmin();
  const allowed = async (method: string, path: string) => {
    const [status, body, headers] = await get(admin, path, { method });
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
    const [status, body] = await get(admin, path);
    assert.deepEqual([status, body], [404, {
      error: `There is no ${JSON.stringify(path)}`,
    }]);
  }
});

Deno.test("admin: a query for connections is passed on", async () => {
  await using admin = fakeAdmin();
  const query = "state=all&protocol=TLS&q=a%20b&sort=bytes&limit=1000&target=";
  assert.equal((await get(admin, `/api/connections?${query}`))[0], 200);
  assert.equal((await get(admin, "/api/connections"))[0], 200);
  assert.deepEqual(admin.source.asked, [
    { state: "all", protocol: "TLS", q: "a b", sort: "bytes", limit: 1000 },
    {},
  ]);
});

Deno.test("admin: a query that cannot be answered is told all that is wrong", async () => {
  await using admin = fakeAdmin();
  const errorOf = async (query: string) => {
    const [status, body] = await get(admin, `/api/connections?${query}`);
    assert.equal(status, 400);
    return (body as { error: string }).error;
  };
  assert.equal(
    await errorOf("state=liv&sort=up&limit=0"),
    'Invalid "state": found "liv", expected live, recent or all (did you mean "live"?); ' +
      'Invalid "sort": found "up", expected accepted_at, bytes, bytes_up, bytes_down or duration_seconds; ' +
      'Invalid "limit": found "0", expected a whole number from 1 to 1000',
  );
  assert.equal(
    await errorOf("protcol=TLS"),
    'Unknown parameter "protcol": expected state, listener, protocol, target, reason, q, sort or limit (did you mean "protocol"?)',
  );
  assert.equal(await errorOf("q=a&q=b"), 'Parameter "q" is there 2 times');
  for (const limit of ["", "1001", "-1", "1.5", "1e2", "0x10"]) {
    assert.match(await errorOf(`limit=${limit}`), /^Invalid "limit"/);
  }
  assert.deepEqual(admin.source.asked, []);
});

Deno.test("admin: a connection is found and closed by its number", async () => {
  await using admin = fakeAdmin();
  const [status, body] = await get(admin, "/api/connections/7");
  assert.deepEqual([status, body], [200, {
    connection: { id: 7 },
    explanation: null,
  }]);
  assert.deepEqual((await get(admin, "/api/connections/8")).slice(0, 2), [404, {
    error: "There is no connection 8",
  }]);
  const close = (id: string) =>
    get(admin, `/api/connections/${id}/close`, post());
  assert.deepEqual((await close("7")).slice(0, 2), [200, { closed: 7 }]);
  assert.deepEqual((await close("8")).slice(0, 2), [404, {
    error: "There is no open connection 8",
  }]);
  for (const id of ["x", "-1", "1.5", "4294967296", "%00"]) {
    const [status, body] = await get(admin, `/api/connections/${id}`);
    assert.equal(status, 400, id);
    assert.match((body as { error: string }).error, /: expected its number$/);
  }
});

Deno.test("admin: a reload says what it changed, or all that is wrong", async () => {
  await using admin = fakeAdmin();
  const reload = () => get(admin, "/api/reload", post());
  assert.deepEqual((await reload()).slice(0, 2), [200, {
    generation: 2,
    changes: ["x"],
  }]);
  const notes = [{ place: "c:1:2", severity: "error", message: "no" }] as const;
  admin.source.reloaded = () =>
    Promise.resolve({ ok: false, error: "c has errors", notes });
  assert.deepEqual((await reload()).slice(0, 2), [422, {
    error: "c has errors",
    notes,
  }]);
});

Deno.test("admin: a drain is answered before it has ended", async () => {
  await using admin = fakeAdmin();
  assert.deepEqual((await get(admin, "/api/drain", post())).slice(0, 2), [202, {
    connections: 3,
    drain_seconds: 30,
  }]);
});

Deno.test("admin: the level of the log is set, and given back to the config", async () => {
  await using admin = fakeAdmin();
  const set = (body?: string) => get(admin, "/api/log", post(body));
  assert.deepEqual((await set('{"level":"debug"}'))[1], {
    level: "debug",
    format: "text",
  });
  assert.equal((await set('{"level":null}'))[0], 200);
  assert.deepEqual(admin.source.asked, [["log", "debug"], ["log", null]]);
  const wrong: [string | undefined, number, string][] = [
    [undefined, 400, "The body is not JSON: expected an object"],
    ["level=debug", 400, "The body is not JSON: expected an object"],
    ["[]", 400, "The body is JSON, but no object"],
    [
      "{}",
      400,
      'Invalid "level": found nothing, expected debug, info, warn, error or null',
    ],
    [
      '{"level":"wran"}',
      400,
      'Invalid "level": found "wran", expected debug, info, warn, error or null (did you mean "warn"?)',
    ],
    [
      '{"level":"info","format":"json"}',
      400,
      'Unknown field "format": expected level',
    ],
    [
      " ".repeat(MAX_BODY_BYTES + 1),
      413,
      "The body is too large: expected at most 4096 bytes",
    ],
  ];
  for (const [body, status, error] of wrong) {
    assert.deepEqual((await set(body)).slice(0, 2), [status, { error }], body);
  }
  assert.equal(admin.source.asked.length, 2);
});

Deno.test("admin: an answer that does not come in time is 503", async () => {
  await using admin = fakeAdmin({}, "127.0.0.1", 20);
  admin.source.stateNow = () => new Promise(() => {});
  assert.deepEqual((await get(admin, "/api/state")).slice(0, 2), [503, {
    error: "No answer within 0.02 seconds",
  }]);
});

Deno.test("admin: a defect is in the log, and not in the answer", async () => {
  await using admin = fakeAdmin();
  admin.source.stateNow = () => Promise.reject(new Error("the inside"));
  assert.deepEqual((await get(admin, "/api/state")).slice(0, 2), [500, {
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
  assert.equal((await get(admin, "/healthz"))[0], 200);
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
  const answer = get(admin, "/api/reload", post());
  await asked.promise;
  const stopped = admin.server.stop();
  reloading.resolve();
  assert.equal((await answer)[0], 200);
  await stopped;
  await assert.rejects(fetch(admin.url));
});
