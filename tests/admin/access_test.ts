/** Who may ask the admin API what. */
import assert from "node:assert/strict";
import type { AccessRules } from "../../src/admin/access.ts";
import { type FakeAdmin, fakeAdmin } from "../support/fake_admin.ts";
import { programTest, run } from "../support/programs.ts";

const TOKEN = "0123456789abcdef";
const BEARER = { authorization: `Bearer ${TOKEN}` };
const MARK = { "passthru-admin": "1" };
const HERE = "127.0.0.1";
const ELSEWHERE = "192.0.2.7";

/** A request, and who makes it. */
interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly peer?: string;
  readonly headers?: Record<string, string>;
}

/** The status that a request gets, and the error if there is one. */
async function ask(
  { server }: FakeAdmin,
  { path = "/api/state", method = "GET", peer = HERE, headers = {} }: Asked,
): Promise<[number, string]> {
  const request = new Request(`http://127.0.0.1:9901${path}`, {
    method,
    headers,
  });
  const response = await server.answer(request, { hostname: peer, port: 5 });
  const text = await response.text();
  return [
    response.status,
    response.ok || !text.startsWith("{") ? "" : JSON.parse(text).error,
  ];
}

async function statusOf(admin: FakeAdmin, asked: Asked): Promise<number> {
  return (await ask(admin, asked))[0];
}

async function withAdmin(
  rules: Partial<AccessRules>,
  fn: (admin: FakeAdmin) => Promise<void>,
): Promise<void> {
  await using admin = fakeAdmin(rules);
  await fn(admin);
}

const NO_TOKEN_ELSEWHERE =
  'Only peers on loopback are let in: there is no "token" in the config';
const RELOAD = { path: "/api/reload", method: "POST" };

for (const peer of ["127.0.0.1", "127.255.3.4", "::1", "::ffff:127.0.0.9"]) {
  Deno.test(`access: a peer at ${peer} reads without a token`, async () => {
    await withAdmin({}, async (admin) => {
      assert.equal(await statusOf(admin, { peer }), 200);
      assert.equal(await statusOf(admin, { peer, ...RELOAD }), 403);
      const marked = { peer, ...RELOAD, headers: MARK };
      assert.equal(await statusOf(admin, marked), 200);
    });
  });
}

for (
  const peer of ["192.0.2.7", "128.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"]
) {
  Deno.test(`access: a peer at ${peer} gets nothing without a token`, async () => {
    await withAdmin({}, async (admin) => {
      const refused = [403, NO_TOKEN_ELSEWHERE];
      assert.deepEqual(await ask(admin, { peer }), refused);
      const marked = { peer, ...RELOAD, headers: { ...MARK, ...BEARER } };
      assert.deepEqual(await ask(admin, marked), refused);
      assert.deepEqual(admin.source.asked, []);
    });
  });
}

Deno.test("access: whether it lives and is ready, everybody may ask, and for the page", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    for (const path of ["/healthz", "/readyz", "/"]) {
      assert.equal(await statusOf(admin, { path, peer: ELSEWHERE }), 200, path);
    }
    const headers = { host: "probe.example" };
    for (const path of ["/healthz", "/readyz"]) {
      const asked = { path, peer: ELSEWHERE, headers };
      assert.equal(await statusOf(admin, asked), 200, path);
    }
  });
});

Deno.test("access: all other paths want the token from elsewhere, those that are none too", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    for (
      const path of [
        "/metrics",
        "/api/state",
        "/api/connections",
        "/api/connections/7",
        "/api/events",
        "/nothing",
        "/healthz/",
      ]
    ) {
      assert.deepEqual(await ask(admin, { path, peer: ELSEWHERE }), [
        401,
        'A token is needed from elsewhere: expected "Authorization: Bearer TOKEN"',
      ], path);
    }
  });
});

Deno.test("access: the token lets in from everywhere, and a wrong one from nowhere", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    for (const peer of [HERE, ELSEWHERE]) {
      assert.equal(await statusOf(admin, { peer, headers: BEARER }), 200);
      const change = { peer, ...RELOAD, headers: BEARER };
      assert.equal(await statusOf(admin, change), 200);
      for (
        const wrong of [
          "x",
          TOKEN.slice(1),
          `${TOKEN}0`,
          TOKEN + TOKEN,
          TOKEN.toUpperCase(),
        ]
      ) {
        const headers = { authorization: `Bearer ${wrong}` };
        assert.deepEqual(await ask(admin, { peer, headers }), [
          401,
          'The token is not the right one: expected "Authorization: Bearer TOKEN"',
        ]);
      }
    }
    const basic = { authorization: `Basic ${TOKEN}` };
    assert.equal(
      await statusOf(admin, { peer: ELSEWHERE, headers: basic }),
      401,
    );
    const { headers } = await admin.server.answer(
      new Request("http://127.0.0.1/metrics"),
      { hostname: ELSEWHERE, port: 5 },
    );
    assert.equal(headers.get("www-authenticate"), "Bearer");
  });
});

Deno.test("access: a peer on loopback needs no token, but the header to change something", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    assert.equal(await statusOf(admin, {}), 200);
    assert.equal(await statusOf(admin, RELOAD), 403);
    assert.equal(await statusOf(admin, { ...RELOAD, headers: MARK }), 200);
    const other = { "passthru-admin": "yes" };
    assert.equal(await statusOf(admin, { ...RELOAD, headers: other }), 403);
    // The header helps nobody else.
    const asked = { ...RELOAD, peer: ELSEWHERE, headers: MARK };
    assert.equal(await statusOf(admin, asked), 401);
  });
});

Deno.test("access: every call that changes something wants the header", async () => {
  await withAdmin({}, async (admin) => {
    for (
      const path of [
        "/api/reload",
        "/api/drain",
        "/api/connections/7/close",
        "/api/log",
      ]
    ) {
      assert.deepEqual(await ask(admin, { path, method: "POST" }), [
        403,
        'Missing header: expected "Passthru-Admin: 1", or the token, since this changes something',
      ], path);
    }
    assert.deepEqual(admin.source.asked, []);
  });
});

Deno.test("access: a name that was rebound to the address is refused", async () => {
  await withAdmin(
    { names: ["passthru.example", "box"], token: TOKEN },
    async (admin) => {
      const known = [
        "127.0.0.1",
        "127.0.0.1:9901",
        "10.1.2.3:80",
        "[::1]",
        "[::1]:9901",
        "[2001:db8::1]:1",
        "localhost",
        "LocalHost:9901",
        "localhost.:9901",
        "passthru.example",
        "Passthru.Example:443",
        "passthru.example.",
        "box:9901",
      ];
      for (const host of known) {
        assert.equal(await statusOf(admin, { headers: { host } }), 200, host);
      }
      const unknown = [
        "evil.example",
        "evil.example:9901",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example:80@127.0.0.1",
        "x.passthru.example",
        "passthru.example.evil.example:9901",
        "127.0.0.1:9901:80",
        "[::1]evil.example",
        "[evil.example]",
        "::1",
        "",
      ];
      for (const host of unknown) {
        for (const path of ["/api/state", "/", "/nothing"]) {
          // The token changes nothing: it says nothing about the page.
          const headers = { host, ...BEARER };
          assert.equal(
            await statusOf(admin, { path, headers }),
            403,
            `${host} ${path}`,
          );
        }
      }
      assert.deepEqual(
        await ask(admin, { headers: { host: "evil.example" } }),
        [
          403,
          'Unknown host "evil.example": expected an IP address, localhost, or a name of "admin" in the config ("listen" or "hosts")',
        ],
      );
    },
  );
});

Deno.test("access: a POST from another origin is refused, whatever else it carries", async () => {
  await withAdmin(
    { token: TOKEN, names: ["passthru.example"] },
    async (admin) => {
      const from = (origin: string, host = "127.0.0.1:9901") =>
        statusOf(admin, {
          ...RELOAD,
          headers: { ...MARK, ...BEARER, origin, host },
        });
      assert.equal(await from("http://127.0.0.1:9901"), 200);
      assert.equal(await from("http://localhost:9901", "localhost:9901"), 200);
      // TLS ends at a proxy.
      assert.equal(
        await from("https://passthru.example", "passthru.example"),
        200,
      );
      for (
        const origin of [
          "null",
          "",
          "http://evil.example",
          "http://127.0.0.1",
          "http://127.0.0.1:9902",
          "http://localhost:9901",
          "file://127.0.0.1:9901",
          "http://127.0.0.1:9901.evil.example",
        ]
      ) {
        assert.equal(await from(origin), 403, origin);
      }
    },
  );
});

Deno.test("access: new rules hold from the next request on", async () => {
  await withAdmin({}, async (admin) => {
    const headers = { ...BEARER, host: "box" };
    assert.equal(await statusOf(admin, { peer: ELSEWHERE, headers }), 403);
    admin.server.allow({ token: TOKEN, names: ["box"] });
    assert.equal(await statusOf(admin, { peer: ELSEWHERE, headers }), 200);
  });
});

Deno.test("access: the log says who changed what, and no token", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    const path = "/api/connections/7/close?a=secret";
    const asked = { path, method: "POST", peer: "::ffff:192.0.2.7" };
    await ask(admin, { ...asked, headers: BEARER });
    await ask(admin, { ...asked, headers: { authorization: "Bearer wrong" } });
    const [done, refused] = admin.log().trimEnd().split("\n");
    assert.match(
      done!,
      / INFO +admin call call="POST \/api\/connections\/7\/close" client=192\.0\.2\.7:5$/,
    );
    assert.match(refused!, / DEBUG admin call refused .* status=401 error=/);
    assert.doesNotMatch(admin.log(), new RegExp(`${TOKEN}|secret|wrong`));
  });
});

/** The status that curl gets. */
async function curl(...args: string[]): Promise<number> {
  const { text, stderr } = await run("curl", [
    "-sS",
    "-o/dev/null",
    "-w%{http_code}",
    "--noproxy",
    "*",
    ...args,
  ]);
  assert.equal(stderr, "");
  return Number(text);
}

programTest(
  ["curl"],
  "access: real requests over IPv4 and IPv6, by name and with a host that is made up",
  async () => {
    await using four = fakeAdmin({ token: TOKEN });
    await using six = fakeAdmin({}, "::1");
    await using both = fakeAdmin({}, "");
    const { port } = four;
    assert.equal(await curl(`http://127.0.0.1:${port}/api/state`), 200);
    assert.equal(await curl(`http://localhost:${port}/api/state`), 200);
    assert.equal(await curl(`http://[::1]:${six.port}/api/state`), 200);
    // There, an IPv4 client has an address of IPv6.
    assert.equal(await curl(`http://127.0.0.1:${both.port}/api/state`), 200);
    assert.equal(await curl(`http://[::1]:${both.port}/api/state`), 200);
    const rebound = ["--resolve", `evil.example:${port}:127.0.0.1`];
    const evil = `http://evil.example:${port}`;
    assert.equal(await curl(...rebound, `${evil}/api/state`), 403);
    assert.equal(await curl(...rebound, `${evil}/healthz`), 200);
    const h2 = ["--http2-prior-knowledge", ...rebound];
    assert.equal(await curl(...h2, `${evil}/api/state`), 403);
    assert.equal(
      await curl("--http2-prior-knowledge", `http://127.0.0.1:${port}/metrics`),
      200,
    );
    const wrong = ["-H", "Authorization: Bearer no"];
    assert.equal(await curl(...wrong, `${four.url}/api/state`), 401);
    assert.equal(
      await curl("--http1.0", "-H", "Host:", `${four.url}/metrics`),
      200,
    );
  },
);

programTest(
  ["curl"],
  "access: what a form of another page can send changes nothing",
  async () => {
    await using admin = fakeAdmin();
    const url = `${admin.url}/api/drain`;
    const form = ["-d", "a=1", "-H", "Origin: http://evil.example"];
    assert.equal(await curl(...form, url), 403);
    assert.equal(await curl("-d", "a=1", url), 403);
    // What scripts ask first is not answered with a permission.
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: {
        "access-control-request-method": "POST",
        "access-control-request-headers": "passthru-admin",
      },
    });
    await preflight.body?.cancel();
    assert.equal(preflight.status, 405);
    assert.equal(preflight.headers.get("access-control-allow-origin"), null);
    assert.deepEqual(admin.source.asked, []);
    assert.equal(await curl("-X", "POST", "-H", "Passthru-Admin: 1", url), 202);
    assert.deepEqual(admin.source.asked, ["drain"]);
  },
);
