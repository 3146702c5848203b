import { assert, assertEquals } from "@std/assert";
import { scopesOf } from "../../src/cli/permissions.ts";
import { tokenPath } from "../../src/cli/admin_token.ts";
import { describeChanges } from "../../src/config/changes.ts";
import { denyScopes } from "../../src/config/deny_scopes.ts";
import type { Plan } from "../../src/config/plan.ts";
import { adminScopes, netScopes } from "../../src/config/scopes.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { ROOT } from "../support/process.ts";
import { planOf as loaded } from "../support/supervise.ts";

const REJECT = { CATCHALL: { CATCHALL: { action: "REJECT" } } };

function planOf(admin?: unknown, server: unknown = REJECT): Plan {
  const config = { version: "v1.0.0", servers: { "127.0.0.1:443": server } };
  return loaded(
    admin === undefined ? config : { ...config, admin },
    new Registry(BUILTINS),
  );
}

Deno.test("admin: it is off when the config says nothing", () => {
  assertEquals(planOf().admin, undefined);
  assertEquals(adminScopes(planOf()), []);
});

Deno.test("admin: names are lower-cased and lose their dot, the token's path stays as it is", () => {
  const { admin } = planOf({
    listen: "[::1]:9901",
    token: "file:Secrets/token",
    hosts: ["Passthru.Example.", "box"],
  });
  assertEquals(admin, {
    listen: { text: "[::1]:9901", hostname: "::1", port: 9901 },
    tokenFile: "Secrets/token",
    hosts: ["passthru.example", "box"],
  });
});

Deno.test("admin: the process may have its address and its token, the data planes may not", async () => {
  const plan = planOf({ listen: ":9901", token: "file:secrets/token" });
  assertEquals(netScopes(plan), ["127.0.0.1:443"]);
  const needed = await scopesOf(plan, {
    file: "/etc/passthru/cfg.jsonc",
  });
  assertEquals(needed.net, ["0.0.0.0:9901", "127.0.0.1:443", "[::]:9901"]);
  assertEquals(needed.read, [
    "/etc/passthru/cfg.jsonc",
    `${ROOT}src`,
    "/etc/passthru/secrets/token",
  ]);
});

Deno.test("admin: a relative path of the token begins at the config's folder", () => {
  const path = (tokenFile: string, config: string) =>
    tokenPath({ tokenFile }, config);
  assertEquals(path("token", "cfg.jsonc"), "token");
  assertEquals(path("token", "etc/cfg.jsonc"), "etc/token");
  assertEquals(path("../token", "/etc/a/cfg.jsonc"), "/etc/token");
  assertEquals(path("/run/token", "etc/cfg.jsonc"), "/run/token");
  assertEquals(path("token", "-"), "token");
});

Deno.test("admin: its address is not denied beside targets that clients name", () => {
  const server = {
    TLS: {
      "SNI *.example.com": { action: "FORWARD", to_addr: "{sni}:9901" },
    },
  };
  const denied = denyScopes(planOf(undefined, server));
  assert(denied.includes("127.0.0.0/8:9901"), `${denied}`);
  const kept = denyScopes(planOf({ listen: "127.0.0.1:9901" }, server));
  assertEquals(
    denied.filter((scope) => !kept.includes(scope)),
    ["127.0.0.0/8:9901"],
  );
});

Deno.test("admin: a reload says what it changes", () => {
  const off = planOf();
  const on = planOf({ listen: "127.0.0.1:9901" });
  const moved = planOf({
    listen: "0.0.0.0:9902",
    token: "file:t",
    hosts: ["a.example"],
  });
  assertEquals(describeChanges(off, on), ["admin off -> 127.0.0.1:9901"]);
  assertEquals(describeChanges(on, moved), [
    "admin 127.0.0.1:9901 -> 0.0.0.0:9902 token file:t hosts a.example",
  ]);
  assertEquals(describeChanges(moved, off), [
    "admin 0.0.0.0:9902 token file:t hosts a.example -> off",
  ]);
});
