/** Under which names the admin API may be asked, and from which origins. */
import { assertEquals } from "@std/assert";
import { askAs, MARK, statusAs, withAdmin } from "../support/admin_requests.ts";

const TOKEN = "0123456789abcdef";
const BEARER = { authorization: `Bearer ${TOKEN}` };
const RELOAD = { path: "/api/reload", method: "POST" };

/** Hosts that are answered, with two names in the config. */
const KNOWN = [
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

/** Hosts that are not. */
const UNKNOWN = [
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

Deno.test("access: a name that was rebound to the address is refused", async () => {
  await withAdmin(
    { names: ["passthru.example", "box"], token: TOKEN },
    async (admin) => {
      for (const host of KNOWN) {
        assertEquals(await statusAs(admin, { headers: { host } }), 200, host);
      }
      for (const host of UNKNOWN) {
        for (const path of ["/api/state", "/", "/nothing"]) {
          // The token changes nothing: it says nothing about the page.
          const headers = { host, ...BEARER };
          assertEquals(
            await statusAs(admin, { path, headers }),
            403,
            `${host} ${path}`,
          );
        }
      }
      assertEquals(
        await askAs(admin, { headers: { host: "evil.example" } }),
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
        statusAs(admin, {
          ...RELOAD,
          headers: { ...MARK, ...BEARER, origin, host },
        });
      assertEquals(await from("http://127.0.0.1:9901"), 200);
      assertEquals(await from("http://localhost:9901", "localhost:9901"), 200);
      // TLS ends at a proxy.
      assertEquals(
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
        assertEquals(await from(origin), 403, origin);
      }
    },
  );
});
