import { assert, assertEquals } from "@std/assert";
import { until } from "../support/wait.ts";
import { growth } from "./growth.ts";
import { Ledger } from "./ledger.ts";

/** Checks that a figure is as wanted, give or take. */
function assertNear(actual: number, wanted: number, by: number): void {
  assert(Math.abs(actual - wanted) <= by, `${actual}, not ${wanted}`);
}

function samples(value: (at: number) => number, count = 240) {
  return Array.from({ length: count }, (_, at) => ({ at, value: value(at) }));
}

Deno.test("growth(): finds a rise, and none in what comes and goes", () => {
  assertNear(growth(samples((at) => 100 + at / 10)), 21, 1);
  assertNear(growth(samples(() => 100)), 0, 0.001);
  assertNear(growth(samples((at) => at % 10 === 0 ? 100 : 400)), 0, 5);
  assert(growth(samples((at) => 300 - at)) < -200);
  assertEquals(growth([]), 0);
  assertEquals(growth(samples(() => 1, 2)), 0);
});

Deno.test("Ledger: only what a fault can have broken is explained by it", async () => {
  const ledger = new Ledger();
  const fails = () => Promise.reject(new Error("broken"));
  await ledger.run("before", fails);
  const { promise, reject } = Promise.withResolvers<number>();
  const open = ledger.run("open", () => promise);
  const crash = ledger.begins("crash");
  reject(new Error("cut"));
  await open;
  crash.end = performance.now();
  const { end } = crash;
  await until("a later time", () => performance.now() > end! ? true : null);
  await ledger.run("after", fails);
  const fault = ledger.begins("descriptors", 1);
  await ledger.run("during", fails);
  fault.end = performance.now();
  await ledger.run("good", () => Promise.resolve(7));
  assertEquals(ledger.failures.map(({ kind }) => kind), ["before", "after"]);
  assertEquals(ledger.tallies.get("open"), {
    served: 0,
    explained: 1,
    bytes: 0,
  });
  assertEquals(ledger.tallies.get("during")!.explained, 1);
  assertEquals(ledger.tallies.get("good"), {
    served: 1,
    explained: 0,
    bytes: 7,
  });
});
