/** Who may ask the admin API, with real requests. */
import { assertEquals } from "@std/assert";
import { fakeAdmin } from "../support/fake_admin.ts";
import { programTest, run } from "../support/programs.ts";

const TOKEN = "0123456789abcdef";

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
  assertEquals(stderr, "");
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
    assertEquals(await curl(`http://127.0.0.1:${port}/api/state`), 200);
    assertEquals(await curl(`http://localhost:${port}/api/state`), 200);
    assertEquals(await curl(`http://[::1]:${six.port}/api/state`), 200);
    // There, an IPv4 client has an address of IPv6.
    assertEquals(await curl(`http://127.0.0.1:${both.port}/api/state`), 200);
    assertEquals(await curl(`http://[::1]:${both.port}/api/state`), 200);
    const rebound = ["--resolve", `evil.example:${port}:127.0.0.1`];
    const evil = `http://evil.example:${port}`;
    assertEquals(await curl(...rebound, `${evil}/api/state`), 403);
    assertEquals(await curl(...rebound, `${evil}/healthz`), 200);
    const wrong = ["-H", "Authorization: Bearer no"];
    assertEquals(await curl(...wrong, `${four.url}/api/state`), 401);
    assertEquals(
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
    assertEquals(await curl(...form, url), 403);
    assertEquals(await curl("-d", "a=1", url), 403);
    // What scripts ask first is not answered with a permission.
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: {
        "access-control-request-method": "POST",
        "access-control-request-headers": "passthru-admin",
      },
    });
    await preflight.body?.cancel();
    assertEquals(preflight.status, 405);
    assertEquals(preflight.headers.get("access-control-allow-origin"), null);
    assertEquals(admin.source.asked, []);
    assertEquals(await curl("-X", "POST", "-H", "Passthru-Admin: 1", url), 202);
    assertEquals(admin.source.asked, ["drain"]);
  },
);
