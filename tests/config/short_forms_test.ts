import { assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import type { Plan } from "../../src/config/plan.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

/** The Plan of a config with this server, which nothing is wrong with. */
function planOf(server: object, version = "v1.0.0"): Plan {
  const config = { version, servers: { ":443": server } };
  const bytes = new TextEncoder().encode(JSON.stringify(config));
  const { plan, diagnostics } = loadConfig("x", bytes, new Registry(BUILTINS));
  assertEquals(diagnostics, []);
  return plan!;
}

/** The long form of an address. */
function forward(to_addr: string) {
  return { action: "FORWARD", to_addr };
}

Deno.test("short forms: an address where rules may stand is the CATCHALL of the protocol", () => {
  const protocols = { SSH: "127.0.0.1:22", REDIS: "unix:/run/redis.sock" };
  const short = planOf({
    ...protocols,
    SILENT: "db.example:3306",
    CATCHALL: "[::1]:80",
  });
  const long = planOf({
    SSH: { CATCHALL: forward("127.0.0.1:22") },
    REDIS: { CATCHALL: forward("unix:/run/redis.sock") },
    SILENT: { CATCHALL: forward("db.example:3306") },
    CATCHALL: { CATCHALL: forward("[::1]:80") },
  });
  assertEquals(short, long);
});

Deno.test("short forms: an address where an action may stand is a FORWARD to it", () => {
  const short = planOf({
    TLS: {
      "SNI a.example": "10.0.0.5:443",
      "SNI *.b.example": "{sni}:443",
      "CATCHALL": { action: "REJECT" },
    },
  });
  const long = planOf({
    TLS: {
      "SNI a.example": forward("10.0.0.5:443"),
      "SNI *.b.example": forward("{sni}:443"),
      "CATCHALL": { action: "REJECT" },
    },
  });
  assertEquals(short, long);
});

Deno.test("short forms: they take the options and defaults that a long form takes", () => {
  const options = { idle_timeout: "7s", connect_timeout: "3s" };
  assertEquals(
    planOf({ options, SSH: "127.0.0.1:22" }),
    planOf({ options, SSH: { CATCHALL: forward("127.0.0.1:22") } }),
  );
});

Deno.test("short forms: a config of v0.2.0 may have them, too", () => {
  assertEquals(
    planOf({ SSH: "127.0.0.1:22" }, "v0.2.0"),
    planOf({ SSH: { CATCHALL: forward("127.0.0.1:22") } }, "v0.2.0"),
  );
});
