import { assert, assertEquals } from "@std/assert";
import {
  FIRST_EJECTION_MS,
  type HealthChange,
  LONGEST_EJECTION_MS,
  TargetHealth,
} from "../../src/upstream/target_health.ts";
import {
  forwardPlan,
  listenersOf,
  memoriesOf,
  targetPlan,
} from "../support/target_plan.ts";

const HEALTH = { intervalMs: 5_000, timeoutMs: 1_000, fall: 3, rise: 2 };
const REACHED = { kind: "reached" } as const;
const FAILED = {
  kind: "failed",
  code: "ECONNREFUSED",
  why: "connection refused",
} as const;
const UNKNOWN = { kind: "unknown" } as const;

/** Two data planes on one memory, with a clock that the test sets. */
function planes() {
  const clock = { now: 1_700_000_000_000 };
  const changes: HealthChange[] = [];
  const plan = listenersOf(forwardPlan([targetPlan(1), targetPlan(2)]));
  const [one, two] = memoriesOf(plan, 2).map((memory) =>
    new TargetHealth({
      memory,
      onChange: (change) => changes.push(change),
      now: () => clock.now,
    })
  );
  assert(one && two);
  return { one, two, clock, changes };
}

/** Fails so many dials. */
function fail(health: TargetHealth, times: number): void {
  for (let i = 0; i < times; i++) health.dialled(0, FAILED, false);
}

/** Makes the trial that is due. */
function trial(
  health: TargetHealth,
  outcome: Parameters<TargetHealth["dialled"]>[1],
) {
  assert(health.claimTrial(0, 1_000));
  health.dialled(0, outcome, true);
}

Deno.test("ejection: three dials in a row that fail, in whichever plane, and one line", () => {
  const { one, two, changes } = planes();
  fail(one, 1);
  fail(two, 1);
  assert(one.isUp(0));
  fail(two, 1);
  assert(!one.isUp(0) && !two.isUp(0) && one.isUp(1));
  // What was under way when it happened changes nothing more.
  fail(one, 5);
  assertEquals(changes, [{
    slot: 0,
    up: false,
    why: "3 dials in a row failed: connection refused",
    retryMs: FIRST_EJECTION_MS,
  }]);
  assert(!one.isDue(0));
});

Deno.test("ejection: a dial that reaches the target begins the count anew, an unknown one does not count", () => {
  const { one, two, changes } = planes();
  fail(one, 2);
  two.dialled(0, REACHED, false);
  fail(one, 2);
  one.dialled(0, UNKNOWN, false);
  assert(one.isUp(0));
  fail(two, 1);
  assert(!one.isUp(0));
  assertEquals(changes.length, 1);
});

Deno.test("ejection: when the time is over one connection at a time tries the target", () => {
  const { one, two, clock, changes } = planes();
  fail(one, 3);
  clock.now += FIRST_EJECTION_MS - 1;
  assert(!one.isDue(0) && !one.claimTrial(0, 1_000));
  clock.now += 1;
  assert(one.isDue(0) && two.isDue(0));
  assert(one.claimTrial(0, 1_000));
  assert(!two.isDue(0) && !two.claimTrial(0, 1_000));
  one.dialled(0, REACHED, true);
  assert(!one.isUp(0), "one success is not enough");
  trial(two, REACHED);
  assert(one.isUp(0) && two.isUp(0));
  assertEquals(changes.slice(1), [
    { slot: 0, up: true, why: "2 dials in a row reached it" },
  ]);
});

Deno.test("ejection: a trial whose plane has died is given to another after its lease", () => {
  const { one, two, clock } = planes();
  fail(one, 3);
  clock.now += FIRST_EJECTION_MS;
  assert(one.claimTrial(0, 2_000));
  clock.now += 1_999;
  assert(!two.isDue(0));
  clock.now += 1;
  trial(two, UNKNOWN);
  assert(one.isDue(0), "an unknown outcome gives the trial back at once");
});

Deno.test("ejection: the time doubles with each trial that fails, up to a bound", () => {
  const { one, clock, changes } = planes();
  fail(one, 3);
  for (const seconds of [5, 10, 20, 40, 60, 60, 60]) {
    clock.now += seconds * 1_000 - 1;
    assert(!one.isDue(0), `${seconds} s`);
    clock.now += 1;
    trial(one, FAILED);
    assert(!one.isUp(0));
  }
  clock.now += LONGEST_EJECTION_MS;
  trial(one, REACHED);
  trial(one, FAILED);
  assert(!one.isDue(0), "a failure after a success starts the time again");
  assertEquals(changes.length, 1);
});

Deno.test("ejection: one that follows soon lasts longer, one after a calm time does not", () => {
  const { one, clock, changes } = planes();
  const ejectAndReadmit = () => {
    fail(one, 3);
    clock.now += LONGEST_EJECTION_MS;
    trial(one, REACHED);
    trial(one, REACHED);
    assert(one.isUp(0));
  };
  ejectAndReadmit();
  clock.now += LONGEST_EJECTION_MS - 1;
  ejectAndReadmit();
  clock.now += LONGEST_EJECTION_MS + 1;
  ejectAndReadmit();
  const times = changes.filter(({ up }) => !up).map(({ retryMs }) => retryMs);
  assertEquals(times, [5_000, 10_000, 5_000]);
});

Deno.test("ejection: two dials that reach a target which is tried as the last one readmit it", () => {
  const { one, changes } = planes();
  fail(one, 3);
  one.dialled(0, REACHED, false);
  one.dialled(0, FAILED, false);
  one.dialled(0, REACHED, false);
  assert(!one.isUp(0));
  one.dialled(0, REACHED, false);
  assert(one.isUp(0));
  assertEquals(changes.length, 2);
});

Deno.test("ejection: a clock that is set back ejects nothing for ever", () => {
  const { one, clock } = planes();
  fail(one, 3);
  clock.now -= 3_600_000;
  assert(one.isDue(0));
});

Deno.test("checks: fall in a row take it down, rise in a row bring it up", () => {
  const { one, two, changes } = planes();
  const check = (why: string | null) => one.checked(0, why, HEALTH);
  check(null);
  check("timed out");
  check("timed out");
  check(null);
  check("timed out");
  check("timed out");
  assert(one.isUp(0));
  check("connection refused");
  assert(!one.isUp(0) && !two.isUp(0));
  check("connection refused");
  check(null);
  check("timed out");
  check(null);
  assert(!one.isUp(0));
  assert(!one.isDue(0), "checks bring it up, not trials");
  check(null);
  assert(one.isUp(0));
  check(null);
  assertEquals(changes, [
    {
      slot: 0,
      up: false,
      why: "3 checks in a row failed: connection refused",
    },
    { slot: 0, up: true, why: "2 checks in a row passed" },
  ]);
});

Deno.test("checks: the very first decides alone, also when another plane goes on checking", () => {
  const { one, two, changes } = planes();
  one.checked(0, "timed out", HEALTH);
  assert(!one.isUp(0));
  two.checked(0, null, HEALTH);
  assert(!one.isUp(0));
  two.checked(0, null, HEALTH);
  assert(one.isUp(0));
  one.checked(1, null, HEALTH);
  one.checked(1, "timed out", HEALTH);
  assert(one.isUp(1));
  assertEquals(
    changes.map(({ slot, why }) => [slot, why]),
    [[0, "1 check failed: timed out"], [0, "2 checks in a row passed"]],
  );
});

Deno.test("checks and ejection: checks that pass after it end it, with one line each way", () => {
  const { one, two, clock, changes } = planes();
  for (let i = 0; i < 5; i++) one.checked(0, null, HEALTH);
  fail(two, 3);
  one.checked(0, null, HEALTH);
  assert(!one.isUp(0), "those before it do not count");
  one.checked(0, "timed out", HEALTH);
  one.checked(0, null, HEALTH);
  assert(!one.isUp(0), "in a row");
  one.checked(0, null, HEALTH);
  assert(one.isUp(0) && two.isUp(0));
  fail(two, 2);
  assert(one.isUp(0), "dials are counted anew");
  fail(two, 1);
  clock.now += 2 * FIRST_EJECTION_MS - 1;
  assert(!one.isDue(0), "the next ejection is longer all the same");
  assertEquals(changes.map(({ up, why }) => [up, why]), [
    [false, "3 dials in a row failed: connection refused"],
    [true, "2 checks in a row passed"],
    [false, "3 dials in a row failed: connection refused"],
  ]);
});

Deno.test("checks and ejection: after an ejection, too, fall checks in a row take it down", () => {
  const { one, clock, changes } = planes();
  one.checked(0, null, HEALTH);
  fail(one, 3);
  one.checked(0, "timed out", HEALTH);
  one.checked(0, "timed out", HEALTH);
  clock.now += FIRST_EJECTION_MS;
  assert(one.isDue(0), "one check that fails does not keep it from a trial");
  trial(one, REACHED);
  trial(one, REACHED);
  assert(one.isUp(0));
  one.checked(0, "timed out", HEALTH);
  assert(!one.isUp(0));
  assertEquals(changes.map(({ why }) => why), [
    "3 dials in a row failed: connection refused",
    "2 dials in a row reached it",
    "3 checks in a row failed: timed out",
  ]);
});

Deno.test("checks and ejection: while checks fail it is not tried, and dials alone do not bring it up", () => {
  const { one, clock, changes } = planes();
  fail(one, 3);
  one.checked(0, "timed out", HEALTH);
  clock.now += LONGEST_EJECTION_MS;
  assert(!one.isDue(0));
  one.dialled(0, REACHED, false);
  one.dialled(0, REACHED, false);
  assert(!one.isUp(0));
  one.checked(0, null, HEALTH);
  assert(!one.isUp(0));
  one.checked(0, null, HEALTH);
  assert(one.isUp(0));
  assertEquals(changes.map(({ up, why }) => [up, why]), [
    [false, "3 dials in a row failed: connection refused"],
    [true, "2 checks in a row passed"],
  ]);
});
