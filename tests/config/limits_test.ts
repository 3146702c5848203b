import { assertEquals } from "@std/assert";
import { describeChanges } from "../../src/config/changes.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Plan } from "../../src/config/plan.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

function load(config: object): Plan {
  const text = JSON.stringify({ version: "v1.0.0", ...config });
  const { plan, diagnostics } = loadConfig(
    "cfg.jsonc",
    new TextEncoder().encode(text),
    new Registry(BUILTINS),
  );
  assertEquals(diagnostics, []);
  return plan!;
}

const RULES = { CATCHALL: { CATCHALL: { action: "REJECT" } } };

Deno.test("limits: a config without any has none", () => {
  const plan = load({ servers: { ":1": RULES } });
  assertEquals(plan.maxConnections, null);
  assertEquals(plan.listeners[0]!.limits, {});
});

Deno.test("limits: a server's own are stronger than the defaults, one by one", () => {
  const plan = load({
    max_connections: 100,
    defaults: {
      max_connections: 10,
      max_connections_per_ip: 3,
      allow: ["10.0.0.0/8"],
    },
    servers: {
      ":1": RULES,
      ":2": {
        options: {
          max_connections_per_ip: 5,
          max_new_per_second_per_ip: 7,
          allow: ["192.0.2.1", "2001:DB8::/32"],
          deny: [],
        },
        ...RULES,
      },
    },
  });
  assertEquals(plan.maxConnections, 100);
  const [one, two] = plan.listeners.map(({ limits }) => limits);
  assertEquals(one, {
    maxConnections: 10,
    maxConnectionsPerIp: 3,
    allow: ["10.0.0.0/8"],
  });
  assertEquals(two, {
    maxConnections: 10,
    maxConnectionsPerIp: 5,
    maxNewPerSecondPerIp: 7,
    allow: ["192.0.2.1/32", "2001:db8::/32"],
    deny: [],
  });
});

Deno.test("REJECT: how it refuses, with the defaults of each way", () => {
  const reject = (fields: object) => ({ action: "REJECT", ...fields });
  const plan = load({
    defaults: { idle_timeout: "10m" },
    servers: {
      ":1": {
        HTTP: {
          "PATH /a": reject({ with: "close" }),
          "PATH /b": reject({ with: "http_status" }),
          "PATH /c": reject({ with: "http_status", status: 503 }),
          "PATH /d": reject({ with: "drop" }),
          "PATH /e": reject({ with: "drop", idle_timeout: "0s", name: "tar" }),
        },
        TLS: { CATCHALL: reject({ with: "tls_alert" }) },
      },
    },
  });
  const [http, tls] = plan.listeners[0]!.protocols;
  assertEquals(http!.rules.map(({ route }) => route), [
    { action: "REJECT" },
    { action: "REJECT", with: { kind: "http_status", status: 421 } },
    { action: "REJECT", with: { kind: "http_status", status: 503 } },
    { action: "REJECT", with: { kind: "drop", idleTimeoutMs: 600_000 } },
    {
      action: "REJECT",
      name: "tar",
      with: { kind: "drop", idleTimeoutMs: 0 },
    },
  ]);
  assertEquals(tls!.catchall, {
    action: "REJECT",
    with: { kind: "tls_alert" },
  });
});

Deno.test("describeChanges() names limits and ways to refuse", () => {
  const server = (options: object, fields: object = {}) => ({
    servers: {
      ":1": {
        options,
        TLS: { CATCHALL: { action: "REJECT", ...fields } },
      },
    },
  });
  const before = load(server({}));
  const after = load({
    max_connections: 9,
    ...server({}, { with: "tls_alert" }),
  });
  assertEquals(describeChanges(before, after), [
    ":1 TLS/CATCHALL: REJECT -> REJECT tls_alert",
    "max_connections unlimited -> 9",
  ]);
  const limited = load(server({ max_connections: 5 }));
  assertEquals(describeChanges(before, limited), [":1 options or order"]);
});
