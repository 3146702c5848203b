/** What each call of the admin API does. */
import { assertEquals, assertMatch } from "@std/assert";
import { MAX_BODY_BYTES } from "../../src/admin/json_body.ts";
import type { State } from "../../src/admin/api.ts";
import { pageHtml } from "../../src/admin/page/mod.ts";
import { getFrom, posted } from "../support/admin_requests.ts";
import { fakeAdmin } from "../support/fake_admin.ts";

Deno.test("admin: it lives, and says whether it is ready", async () => {
  await using admin = fakeAdmin();
  assertEquals((await getFrom(admin, "/healthz")).slice(0, 2), [
    200,
    "ok\n",
  ]);
  for (const status of ["starting", "ready", "draining"] as const) {
    admin.source.changed = { ...admin.source.changed, status };
    const [code, text] = await getFrom(admin, "/readyz");
    assertEquals([code, text], [
      status === "ready" ? 200 : 503,
      `${status}\n`,
    ]);
    assertEquals((await getFrom(admin, "/healthz"))[0], 200);
  }
});

Deno.test("admin: it is not ready while no worker accepts, and alive", async () => {
  await using admin = fakeAdmin();
  admin.source.accepts = false;
  assertEquals((await getFrom(admin, "/readyz")).slice(0, 2), [
    503,
    "no worker accepts\n",
  ]);
  assertEquals((await getFrom(admin, "/healthz"))[0], 200);
});

Deno.test("admin: state, metrics and the page are what the source has", async () => {
  await using admin = fakeAdmin();
  assertEquals((await getFrom(admin, "/api/state"))[1], { pid: 1 });
  const included = [{ file: "a.jsonc", text: "{}" }];
  const config = { file: "cfg.jsonc", text: "{}", included };
  admin.source.stateNow = () =>
    Promise.resolve({ pid: 1, config } as unknown as State);
  const [, without] = await getFrom(admin, "/api/state?config=no");
  assertEquals(without, {
    pid: 1,
    config: { ...config, text: "", included: [] },
  });
  const [status, problem] = await getFrom(admin, "/api/state?config=false");
  assertEquals([status, problem], [400, {
    error: 'Invalid "config": found "false", expected "no"',
  }]);
  const [, text, headers] = await getFrom(admin, "/metrics");
  assertEquals(text, "up 1\n");
  assertEquals(
    headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  const [, html, pageHeaders] = await getFrom(admin, "/");
  const page = pageHtml();
  assertEquals(html, page.html);
  assertEquals(pageHeaders.get("content-security-policy"), page.csp);
  assertEquals(pageHeaders.get("content-type"), "text/html; charset=utf-8");
});

Deno.test("admin: a query for connections is passed on", async () => {
  await using admin = fakeAdmin();
  const query = "state=all&protocol=TLS&q=a%20b&sort=bytes&limit=1000&target=";
  assertEquals((await getFrom(admin, `/api/connections?${query}`))[0], 200);
  assertEquals((await getFrom(admin, "/api/connections"))[0], 200);
  assertEquals(admin.source.asked, [
    { state: "all", protocol: "TLS", q: "a b", sort: "bytes", limit: 1000 },
    {},
  ]);
});

Deno.test("admin: a query that cannot be answered is told all that is wrong", async () => {
  await using admin = fakeAdmin();
  const errorOf = async (query: string) => {
    const [status, body] = await getFrom(admin, `/api/connections?${query}`);
    assertEquals(status, 400);
    return (body as { error: string }).error;
  };
  assertEquals(
    await errorOf("state=liv&sort=up&limit=0"),
    'Invalid "state": found "liv", expected live, recent or all (did you mean "live"?); ' +
      'Invalid "sort": found "up", expected accepted_at, bytes, bytes_up, bytes_down or duration_seconds; ' +
      'Invalid "limit": found "0", expected a whole number from 1 to 1000',
  );
  assertEquals(
    await errorOf("protcol=TLS"),
    'Unknown parameter "protcol": expected state, listener, protocol, target, reason, q, sort or limit (did you mean "protocol"?)',
  );
  assertEquals(await errorOf("q=a&q=b"), 'Parameter "q" is there 2 times');
  for (const limit of ["", "1001", "-1", "1.5", "1e2", "0x10"]) {
    assertMatch(await errorOf(`limit=${limit}`), /^Invalid "limit"/);
  }
  assertEquals(admin.source.asked, []);
});

Deno.test("admin: a connection is found and closed by its number", async () => {
  await using admin = fakeAdmin();
  const [status, body] = await getFrom(admin, "/api/connections/7");
  assertEquals([status, body], [200, {
    connection: { id: 7 },
    explanation: null,
  }]);
  assertEquals((await getFrom(admin, "/api/connections/8")).slice(0, 2), [
    404,
    {
      error: "There is no connection 8",
    },
  ]);
  const close = (id: string) =>
    getFrom(admin, `/api/connections/${id}/close`, posted());
  assertEquals((await close("7")).slice(0, 2), [200, { closed: 7 }]);
  assertEquals((await close("8")).slice(0, 2), [404, {
    error: "There is no open connection 8",
  }]);
  for (const id of ["x", "-1", "1.5", "4294967296", "%00"]) {
    const [status, body] = await getFrom(admin, `/api/connections/${id}`);
    assertEquals(status, 400, id);
    assertMatch((body as { error: string }).error, /: expected its number$/);
  }
});

Deno.test("admin: a reload says what it changed, or all that is wrong", async () => {
  await using admin = fakeAdmin();
  const reload = () => getFrom(admin, "/api/reload", posted());
  assertEquals((await reload()).slice(0, 2), [200, {
    generation: 2,
    changes: ["x"],
    notes: [],
    refused: [],
  }]);
  const notes = [{ place: "c:1:2", severity: "error", message: "no" }] as const;
  admin.source.reloaded = () =>
    Promise.resolve({ ok: false, error: "c has errors", notes });
  assertEquals((await reload()).slice(0, 2), [422, {
    error: "c has errors",
    notes,
  }]);
});

Deno.test("admin: a drain is answered before it has ended", async () => {
  await using admin = fakeAdmin();
  assertEquals((await getFrom(admin, "/api/drain", posted())).slice(0, 2), [
    202,
    {
      connections: 3,
      drain_seconds: 30,
    },
  ]);
});

Deno.test("admin: the level of the log is set, and given back to the config", async () => {
  await using admin = fakeAdmin();
  const set = (body?: string) => getFrom(admin, "/api/log", posted(body));
  assertEquals((await set('{"level":"debug"}'))[1], {
    level: "debug",
    format: "text",
  });
  assertEquals((await set('{"level":null}'))[0], 200);
  assertEquals(admin.source.asked, [["log", "debug"], ["log", null]]);
  const wrong: [string | undefined, number, string][] = [
    [undefined, 400, "The body is not JSON: expected an object"],
    ["level=debug", 400, "The body is not JSON: expected an object"],
    ["[]", 400, "The body is JSON, but not an object"],
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
    assertEquals((await set(body)).slice(0, 2), [status, { error }], body);
  }
  assertEquals(admin.source.asked.length, 2);
});
