/** Who may ask the admin API what. */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import {
  askAs,
  HERE,
  MARK,
  statusAs,
  withAdmin,
} from "../support/admin_requests.ts";

const TOKEN = "0123456789abcdef";
const BEARER = { authorization: `Bearer ${TOKEN}` };
const ELSEWHERE = "192.0.2.7";

const NO_TOKEN_ELSEWHERE =
  'Only clients on the same machine have access: there is no "token" in the config';
const RELOAD = { path: "/api/reload", method: "POST" };

for (const peer of ["127.0.0.1", "127.255.3.4", "::1", "::ffff:127.0.0.9"]) {
  Deno.test(`access: a peer at ${peer} reads without a token`, async () => {
    await withAdmin({}, async (admin) => {
      assertEquals(await statusAs(admin, { peer }), 200);
      assertEquals(await statusAs(admin, { peer, ...RELOAD }), 403);
      const marked = { peer, ...RELOAD, headers: MARK };
      assertEquals(await statusAs(admin, marked), 200);
    });
  });
}

for (
  const peer of ["192.0.2.7", "128.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"]
) {
  Deno.test(`access: a peer at ${peer} gets nothing without a token`, async () => {
    await withAdmin({}, async (admin) => {
      const refused = [403, NO_TOKEN_ELSEWHERE];
      assertEquals(await askAs(admin, { peer }), refused);
      const marked = { peer, ...RELOAD, headers: { ...MARK, ...BEARER } };
      assertEquals(await askAs(admin, marked), refused);
      assertEquals(admin.source.asked, []);
    });
  });
}

Deno.test("access: whether it lives and is ready, everybody may ask, and for the page", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    for (const path of ["/healthz", "/readyz", "/"]) {
      assertEquals(await statusAs(admin, { path, peer: ELSEWHERE }), 200, path);
    }
    const headers = { host: "probe.example" };
    for (const path of ["/healthz", "/readyz"]) {
      const asked = { path, peer: ELSEWHERE, headers };
      assertEquals(await statusAs(admin, asked), 200, path);
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
      assertEquals(await askAs(admin, { path, peer: ELSEWHERE }), [
        401,
        'A token is required from other machines: expected "Authorization: Bearer TOKEN"',
      ], path);
    }
  });
});

Deno.test("access: the token lets in from everywhere, and a wrong one from nowhere", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    for (const peer of [HERE, ELSEWHERE]) {
      assertEquals(await statusAs(admin, { peer, headers: BEARER }), 200);
      const change = { peer, ...RELOAD, headers: BEARER };
      assertEquals(await statusAs(admin, change), 200);
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
        assertEquals(await askAs(admin, { peer, headers }), [
          401,
          'Invalid token: expected "Authorization: Bearer TOKEN"',
        ]);
      }
    }
    const basic = { authorization: `Basic ${TOKEN}` };
    assertEquals(
      await statusAs(admin, { peer: ELSEWHERE, headers: basic }),
      401,
    );
    const { headers } = await admin.server.answer(
      new Request("http://127.0.0.1/metrics"),
      { hostname: ELSEWHERE, port: 5 },
    );
    assertEquals(headers.get("www-authenticate"), "Bearer");
  });
});

Deno.test("access: a peer on loopback needs no token, but the header to change something", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    assertEquals(await statusAs(admin, {}), 200);
    assertEquals(await statusAs(admin, RELOAD), 403);
    assertEquals(await statusAs(admin, { ...RELOAD, headers: MARK }), 200);
    const other = { "passthru-admin": "yes" };
    assertEquals(await statusAs(admin, { ...RELOAD, headers: other }), 403);
    // The header helps nobody else.
    const asked = { ...RELOAD, peer: ELSEWHERE, headers: MARK };
    assertEquals(await statusAs(admin, asked), 401);
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
      assertEquals(await askAs(admin, { path, method: "POST" }), [
        403,
        'Missing header: expected "Passthru-Admin: 1", or the token, since this changes something',
      ], path);
    }
    assertEquals(admin.source.asked, []);
  });
});

Deno.test("access: new rules hold from the next request on", async () => {
  await withAdmin({}, async (admin) => {
    const headers = { ...BEARER, host: "box" };
    assertEquals(await statusAs(admin, { peer: ELSEWHERE, headers }), 403);
    admin.server.allow({ token: TOKEN, names: ["box"] });
    assertEquals(await statusAs(admin, { peer: ELSEWHERE, headers }), 200);
  });
});

Deno.test("access: the log says who changed what, and no token", async () => {
  await withAdmin({ token: TOKEN }, async (admin) => {
    const path = "/api/connections/7/close?a=secret";
    const asked = { path, method: "POST", peer: "::ffff:192.0.2.7" };
    await askAs(admin, { ...asked, headers: BEARER });
    await askAs(admin, {
      ...asked,
      headers: { authorization: "Bearer wrong" },
    });
    const [done, refused] = admin.log().trimEnd().split("\n");
    assertMatch(
      done!,
      / INFO +admin call call="POST \/api\/connections\/7\/close" client=192\.0\.2\.7:5$/,
    );
    assertMatch(refused!, / DEBUG admin call refused .* status=401 error=/);
    assertNotMatch(admin.log(), new RegExp(`${TOKEN}|secret|wrong`));
  });
});
