import { assertEquals } from "@std/assert";
import { ratesOf } from "../../../src/cli/top/rates.ts";
import { NOW_MS, stateWith } from "../../support/admin_state.ts";

Deno.test("rates: what came between two looks, by the time between them", () => {
  const before = stateWith();
  const [listener] = before.listeners;
  const [target] = before.targets;
  const after = stateWith({
    now: NOW_MS + 4_000,
    total: { ...before.total, connections: before.total.connections + 2 },
    listeners: [{ ...listener!, bytes_up: listener!.bytes_up + 400 }],
    targets: [
      { ...target!, bytes_down: target!.bytes_down + 8 },
      // It has come by a reload.
      { ...target!, target: "127.0.0.1:1", connections: 4 },
    ],
  });
  const rates = ratesOf(before, after)!;
  assertEquals(rates.total, { connections: 0.5, up: 0, down: 0 });
  assertEquals(rates.listeners.get(":443")!.up, 100);
  assertEquals(rates.targets.get(target!.target)!.down, 2);
  assertEquals(rates.targets.get("127.0.0.1:1")!.connections, 1);
});

Deno.test("rates: none across a restart, at the same moment, or below zero", () => {
  const before = stateWith();
  assertEquals(ratesOf(before, before), null);
  const restarted = stateWith({ now: NOW_MS + 9_000, started_at: NOW_MS });
  assertEquals(ratesOf(before, restarted), null);
  const less = stateWith({
    now: NOW_MS + 1_000,
    total: { ...before.total, bytes_up: 0 },
  });
  assertEquals(ratesOf(before, less)!.total.up, 0);
});
