import { assert, assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { targetText } from "../../src/config/targets.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Router } from "../../src/proxy/router.ts";
import { Connection } from "../../src/rule/connection.ts";

const registry = new Registry(BUILTINS);
const REJECT = { action: "REJECT" };
/** A Monday. */
const NOON = Date.UTC(2026, 0, 5, 12);

function to(...ports: number[]) {
  const to_addr = ports.map((port) => `10.0.0.1:${port}`);
  return { action: "FORWARD", to_addr };
}

/** Where a request to cancel goes: `RULE > targets, by comma`. */
function cancelled(server: unknown, client = "192.0.2.1"): string {
  const text = JSON.stringify({ version: "v1.0.0", servers: { ":1": server } });
  const bytes = new TextEncoder().encode(text);
  const { plan, diagnostics } = loadConfig("x", bytes, registry);
  assert(plan, JSON.stringify(diagnostics));
  const connection = new Connection(client, NOON);
  const choice = new Router(plan.listeners[0]!, registry)
    .route(0, { cancel: true }, connection);
  if (choice === null) return "none";
  const { rule, route, all } = choice;
  if (route.action === "REJECT") return `${rule} > REJECT`;
  const targets = route.targets.map(targetText)
    .map((target) => target.replace("10.0.0.1:", ""));
  return `${rule} ${all === undefined ? ">" : ">>"} ${targets.join(",")}`;
}

function sessions(rules: Record<string, unknown>, more: object = {}): unknown {
  return { POSTGRES: rules, ...more };
}

Deno.test("a request to cancel goes to all targets that rules leave open", () => {
  const rules = {
    "SNI a.test": to(1),
    "!SNI b.test ALPN x": to(2),
    "USER app DATABASE shop": to(3, 4),
    CATCHALL: to(1, 5),
  };
  assertEquals(cancelled(sessions(rules)), "POSTGRES/CANCEL >> 3,4,2,1,5");
});

Deno.test("a request to cancel goes nowhere else when there is one target", () => {
  const one = sessions({ "SNI a.test": to(1), CATCHALL: to(1) });
  assertEquals(cancelled(one), "POSTGRES/CATCHALL > 1");
  assertEquals(
    cancelled(sessions({ CATCHALL: to(1) })),
    "POSTGRES/CATCHALL > 1",
  );
});

Deno.test("a request to cancel goes to the targets of names though the rest is rejected", () => {
  const named = { "SNI a.test": to(1), "SNI b.test": to(2) };
  assertEquals(
    cancelled(sessions({ ...named, CATCHALL: REJECT })),
    "POSTGRES/CANCEL >> 1,2",
  );
  assertEquals(
    cancelled(sessions({ "SNI a.test": to(1) })),
    "POSTGRES/CANCEL >> 1",
  );
  assertEquals(cancelled(sessions({ "SNI a.test": REJECT })), "none");
  assertEquals(
    cancelled(sessions({ "SNI a.test": REJECT, CATCHALL: REJECT })),
    "POSTGRES/CATCHALL > REJECT",
  );
});

Deno.test("a request to cancel goes to each target of a balanced list", () => {
  assertEquals(
    cancelled(sessions({ CATCHALL: to(1, 2) })),
    "POSTGRES/CANCEL >> 1,2",
  );
});

Deno.test("a request to cancel goes to the server's CATCHALL as well when POSTGRES has none", () => {
  const more = { CATCHALL: { CATCHALL: to(9) } };
  assertEquals(
    cancelled(sessions({ "SNI a.test": to(1) }, more)),
    "POSTGRES/CANCEL >> 1,9",
  );
});

Deno.test("a request to cancel goes by no rule whose FROM or TIME does not fit", () => {
  const rules = {
    "SNI a.test FROM 10.0.0.0/8": to(1),
    "SNI b.test FROM 192.0.2.0/24": to(2),
    "SNI c.test TIME Sun@08:00-20:00": to(3),
    "SNI d.test TIME Mon@08:00-20:00": to(4),
    "SNI e.test !FROM 192.0.2.0/24": to(5),
  };
  assertEquals(cancelled(sessions(rules)), "POSTGRES/CANCEL >> 2,4");
});

Deno.test("a request to cancel goes by no rule behind one that its session could not pass by", () => {
  const rules = {
    "SNI a.test": to(1),
    "FROM 192.0.2.0/24": to(2),
    "FROM 192.0.0.0/8": to(3),
    CATCHALL: to(4),
  };
  assertEquals(cancelled(sessions(rules)), "POSTGRES/CANCEL >> 1,2");
  assertEquals(
    cancelled(sessions({ ...rules, "FROM 192.0.2.0/24": REJECT })),
    "POSTGRES/CANCEL >> 1",
  );
});

Deno.test("CANCEL says where requests to cancel go, or that they go nowhere", () => {
  const named = { "SNI a.test": to(1), "SNI b.test": to(2), CATCHALL: to(3) };
  assertEquals(
    cancelled(sessions({ ...named, CANCEL: REJECT })),
    "POSTGRES/CANCEL > REJECT",
  );
  assertEquals(
    cancelled(sessions({ ...named, CANCEL: to(4) })),
    "POSTGRES/CANCEL > 4",
  );
  assertEquals(
    cancelled(sessions({ ...named, "CANCEL FROM 192.0.2.0/24": to(4, 5) })),
    "POSTGRES/CANCEL FROM 192.0.2.0/24 >> 4,5",
  );
  const elsewhere = { ...named, "CANCEL FROM 10.0.0.0/8": REJECT };
  assertEquals(cancelled(sessions(elsewhere)), "POSTGRES/CANCEL >> 1,2,3");
  assertEquals(
    cancelled(sessions({ "!CANCEL SNI a.test": to(1), "SNI b.test": to(2) })),
    "POSTGRES/CANCEL >> 2",
  );
});

Deno.test("a request to cancel goes to no target that a client names", () => {
  const dynamic = { action: "FORWARD", to_addr: "{sni}:5432" };
  const rules = {
    "SNI *.db.test": dynamic,
    "SNI a.test": to(1),
    CATCHALL: to(2),
  };
  assertEquals(cancelled(sessions(rules)), "POSTGRES/CANCEL >> 1,2");
  assertEquals(cancelled(sessions({ "SNI *.db.test": dynamic })), "none");
});
