import { assert, assertEquals } from "@std/assert";
import { describeChanges } from "../../src/config/changes.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Plan } from "../../src/config/plan.ts";
import { netScopes } from "../../src/config/scopes.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

function planOf(servers: unknown, top: object = {}): Plan {
  const text = JSON.stringify({ version: "v1.0.0", servers, ...top });
  const { plan } = loadConfig(
    "x",
    new TextEncoder().encode(text),
    new Registry(BUILTINS),
  );
  assert(plan);
  return plan;
}

function forward(to: string, more: object = {}) {
  return { action: "FORWARD", to_addr: to, ...more };
}

const REJECT = { action: "REJECT" };

Deno.test("describeChanges() names what a reload changes", () => {
  const before = planOf({
    ":443": {
      TLS: { "SNI a.example": forward("127.0.0.1:1"), CATCHALL: REJECT },
    },
    ":80": { CATCHALL: { CATCHALL: REJECT } },
  }, { workers: 2 });
  const after = planOf({
    ":443": {
      TLS: {
        "SNI a.example": forward("127.0.0.1:2"),
        "SNI b.example": forward("127.0.0.1:3"),
      },
    },
    ":81": { CATCHALL: { CATCHALL: REJECT } },
  }, { workers: 4, log: { level: "debug" } });
  assertEquals(describeChanges(before, after), [
    ":443 TLS/SNI a.example: 127.0.0.1:1 (connect 10s, idle 1h) -> 127.0.0.1:2 (connect 10s, idle 1h)",
    ":443 TLS/SNI b.example added",
    ":443 TLS/CATCHALL removed",
    "listener :81 added",
    "listener :80 removed",
    "workers 2 -> 4",
    "log info text -> debug text",
  ]);
  assertEquals(describeChanges(after, after), []);
});

Deno.test("describeChanges() sees options and the order of protocols", () => {
  const rules = { CATCHALL: REJECT };
  const before = planOf({ ":1": { TLS: rules, SSH: rules } });
  const swapped = planOf({ ":1": { SSH: rules, TLS: rules } });
  assertEquals(describeChanges(before, swapped), [":1 options or order"]);
  const slower = planOf({
    ":1": { options: { detect_timeout: "1s" }, TLS: rules, SSH: rules },
  });
  assertEquals(describeChanges(before, slower), [":1 options or order"]);
});

Deno.test("describeChanges() sees the PROXY protocol, taken and sent", () => {
  const server = (rule: unknown, options = {}) =>
    planOf({ ":1": { options, CATCHALL: { CATCHALL: rule } } });
  const plain = server(forward("127.0.0.1:2"));
  assertEquals(
    describeChanges(
      plain,
      server(forward("127.0.0.1:2", { send_proxy: "v1" })),
    ),
    [":1 CATCHALL/CATCHALL: 127.0.0.1:2 (connect 10s, idle 1h) -> 127.0.0.1:2 (connect 10s, idle 1h, send_proxy v1)"],
  );
  const accepting = server(forward("127.0.0.1:2"), {
    accept_proxy: { from: ["10.0.0.0/8"] },
  });
  assertEquals(describeChanges(plain, accepting), [":1 options or order"]);
});

Deno.test("describeChanges() says when workers become automatic", () => {
  const servers = { ":1": { CATCHALL: { CATCHALL: REJECT } } };
  assertEquals(
    describeChanges(
      planOf(servers, { workers: 2, drain_timeout: "1m" }),
      planOf(servers),
    ),
    ["workers 2 -> auto", "drain_timeout 1m -> 30s"],
  );
});

Deno.test("netScopes() are the texts that listening and dialling use", () => {
  const CATCHALL = { CATCHALL: forward("Example.COM.:81") };
  const plan = planOf({
    ":443": { CATCHALL, SILENT: { CATCHALL: forward("[::1]:22") } },
    "[::1]:444": { TLS: { "SNI a.example": forward("10.0.0.1:1") } },
    "localhost:445": { CATCHALL: { CATCHALL: REJECT } },
    "127.0.0.1:0": { CATCHALL: { CATCHALL: REJECT } },
    "[::]:0": { CATCHALL },
  });
  assertEquals(netScopes(plan), [
    "0.0.0.0:443",
    "10.0.0.1:1",
    "127.0.0.1",
    "Example.COM.:81",
    "[::1]:22",
    "[::1]:444",
    "[::]",
    "[::]:443",
    "localhost:445",
  ]);
});

Deno.test("describeChanges() tells as much as a line of a log can hold", () => {
  const rules = (count: number, to: string | string[]) => ({
    ":443": {
      TLS: Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`SNI h${i}.example`, to])
          .map(([rule, to]) => [rule, { action: "FORWARD", to_addr: to }]),
      ),
    },
  });
  const changes = describeChanges(
    planOf(rules(150, "10.0.0.1:1")),
    planOf(
      rules(150, Array.from({ length: 100 }, (_, i) => `10.0.0.2:${i + 1}`)),
    ),
  );
  assertEquals(changes.length, 101);
  assertEquals(changes.at(-1), "and 50 more");
  assert(changes.every((change) => change.length < 1_010));
});
