import { assert, assertEquals } from "@std/assert";
import { denyScopes } from "../../src/config/deny_scopes.ts";
import { describeChanges } from "../../src/config/changes.ts";
import { formatDiagnostics, loadConfig } from "../../src/config/load.ts";
import type { ForwardPlan, Plan } from "../../src/config/plan.ts";
import { netScopes } from "../../src/config/scopes.ts";
import { targetKey, targetList } from "../../src/config/targets.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

function planOf(to: unknown, more: object = {}): Plan {
  const action = { action: "FORWARD", to_addr: to, ...more };
  const text = JSON.stringify({
    version: "v1.0.0",
    servers: { ":443": { CATCHALL: { CATCHALL: action } } },
  });
  const { plan, source, diagnostics } = loadConfig(
    "x",
    new TextEncoder().encode(text),
    new Registry(BUILTINS),
  );
  assert(plan, formatDiagnostics(source, diagnostics));
  return plan;
}

function routeOf(plan: Plan): ForwardPlan {
  const route = plan.listeners[0]!.catchall;
  assert(route?.action === "FORWARD");
  return route;
}

const LIST = [
  "10.0.0.1:443",
  { addr: "b.example:443", weight: 3 },
  { addr: "[::2]:443", weight: 0 },
  { addr: "10.0.0.4:443", backup: true },
  { addr: "10.0.0.5:443", weight: 2, backup: true },
];

Deno.test("upstream: a list has weights and backups, and the defaults", () => {
  const route = routeOf(planOf(LIST));
  assertEquals(
    route.targets.map((target) => [
      target.kind,
      targetKey(target),
      target.weight,
      target.backup,
    ]),
    [
      ["address", "10.0.0.1:443", 1, false],
      ["address", "b.example:443", 3, false],
      ["address", "[::2]:443", 0, false],
      ["address", "10.0.0.4:443", 1, true],
      ["address", "10.0.0.5:443", 2, true],
    ],
  );
  const { balance, retries, health } = route;
  assertEquals([balance, retries, health], ["round_robin", 4, null]);
});

Deno.test("upstream: balance, retries and health are read, health with its defaults", () => {
  const { balance, retries, health } = routeOf(planOf(LIST, {
    balance: "source_hash",
    retries: 1,
    health: { interval: "750ms", rise: 1 },
  }));
  assertEquals([balance, retries], ["source_hash", 1]);
  assertEquals(health, {
    intervalMs: 750,
    timeoutMs: 1_000,
    fall: 3,
    rise: 1,
  });
  assertEquals(routeOf(planOf(LIST, { retries: 0 })).retries, 0);
  assertEquals(routeOf(planOf(LIST, { retries: 100 })).retries, 4);
  assertEquals(routeOf(planOf("a.example:1", { health: {} })).health, {
    intervalMs: 5_000,
    timeoutMs: 1_000,
    fall: 3,
    rise: 2,
  });
});

Deno.test("upstream: a list of one is as a single address", () => {
  assertEquals(planOf(["10.0.0.1:443"]), planOf("10.0.0.1:443"));
  const entry = { addr: "10.0.0.1:443" };
  assertEquals(planOf([entry]), planOf("10.0.0.1:443"));
});

Deno.test("upstream: every target is in the scopes, drained ones and backups too", () => {
  assertEquals(netScopes(planOf(LIST)), [
    "0.0.0.0:443",
    "10.0.0.1:443",
    "10.0.0.4:443",
    "10.0.0.5:443",
    "[::2]:443",
    "[::]:443",
    "b.example:443",
  ]);
});

Deno.test("targetList() says what the list says of each target", () => {
  assertEquals(targetList(routeOf(planOf(LIST))), [
    "10.0.0.1:443",
    "b.example:443 (weight 3)",
    "[::2]:443 (weight 0)",
    "10.0.0.4:443 (backup)",
    "10.0.0.5:443 (weight 2, backup)",
  ]);
});

Deno.test("describeChanges() names what changes in an upstream", () => {
  const one = planOf("10.0.0.1:443");
  const two = planOf(["10.0.0.1:443", { addr: "10.0.0.2:443", weight: 2 }]);
  const random = planOf(["10.0.0.1:443", { addr: "10.0.0.2:443", weight: 2 }], {
    balance: "random",
    health: {},
  });
  const list = "10.0.0.1:443, 10.0.0.2:443 (weight 2)";
  assertEquals(describeChanges(one, two), [
    `:443 CATCHALL/CATCHALL: 10.0.0.1:443 (connect 10s, idle 1h) -> ${list} (round_robin, retries 1, connect 10s, idle 1h)`,
  ]);
  assertEquals(describeChanges(two, random), [
    `:443 CATCHALL/CATCHALL: ${list} (round_robin, retries 1, connect 10s, idle 1h) -> ${list} (random, retries 1, health 5s 1s 3 2, connect 10s, idle 1h)`,
  ]);
});

Deno.test("upstream: a service's scopes are its within, and not its name", () => {
  const to = "srv:_App._tcp.Service.Consul.";
  const plan = planOf(to, { within: ["*.service.consul", "10.0.0.0/8:80"] });
  assertEquals(netScopes(plan), [
    "*.service.consul",
    "0.0.0.0:443",
    "10.0.0.0/8:80",
    "[::]:443",
  ]);
  const { targets, retries } = routeOf(plan);
  assertEquals(targets, [{
    kind: "srv",
    text: to,
    name: "_app._tcp.service.consul",
    within: ["*.service.consul", "10.0.0.0/8:80"],
    weight: 1,
    backup: false,
  }]);
  assertEquals(retries, 63);
  const other = planOf(to, { within: ["10.0.0.0/8:80"], retries: 1 });
  assertEquals(describeChanges(plan, other), [
    `:443 CATCHALL/CATCHALL: ${to} (round_robin, retries 63, within *.service.consul 10.0.0.0/8:80, connect 10s, idle 1h) -> ${to} (round_robin, retries 1, within 10.0.0.0/8:80, connect 10s, idle 1h)`,
  ]);
});

Deno.test("upstream: what may be found for a service is not denied for the sake of targets that clients name", () => {
  const denied = (
    within: readonly string[],
    port = 443,
    resolver: object = { resolver: "127.0.0.1:443" },
  ) => {
    const to_addr = "srv:_app._tcp.svc.test";
    const { plan } = loadConfig(
      "test.jsonc",
      new TextEncoder().encode(JSON.stringify({
        version: "v1.0.0",
        ...resolver,
        servers: {
          "192.0.2.1:1": {
            TLS: {
              "SNI *.example.com": {
                action: "FORWARD",
                to_addr: `{sni}:${port}`,
              },
            },
            CATCHALL: { CATCHALL: { action: "FORWARD", to_addr, within } },
          },
        },
      })),
      new Registry(BUILTINS),
    );
    return denyScopes(plan!);
  };
  const most = denied(["203.0.114.0/24"]);
  assert(most.includes("10.0.0.0/8:443"));
  // DNS is asked there.
  assert(!most.includes("127.0.0.0/8:443"));
  const without = most.filter((scope) => scope !== "10.0.0.0/8:443");
  assertEquals(denied(["10.1.0.0/16"]), without);
  assertEquals(denied(["8.0.0.0/5:443"]), without);
  assertEquals(denied(["10.1.0.0/16:80"]), most);
  assertEquals(denied(["*.svc.test"]), []);
  assertEquals(denied(["*.svc.test:80"]), most);
  assertEquals(denied(["203.0.114.0/24"], 53, {}), []);
});
