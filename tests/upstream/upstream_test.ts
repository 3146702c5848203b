import { assert, assertEquals } from "@std/assert";
import type { ForwardPlan, TargetPlan } from "../../src/config/plan.ts";
import {
  FIRST_EJECTION_MS,
  TargetHealth,
} from "../../src/upstream/target_health.ts";
import { targetTable } from "../../src/upstream/target_table.ts";
import { Upstream } from "../../src/upstream/upstream.ts";
import {
  forwardPlan,
  listenersOf,
  memoriesOf,
  targetPlan,
} from "../support/target_plan.ts";

/** An upstream, and what makes its targets fail. */
function upstreamOf(
  targets: readonly TargetPlan[],
  more: Partial<ForwardPlan> = {},
  tiers: readonly number[] | null = null,
) {
  const clock = { now: 1_700_000_000_000 };
  const plan = listenersOf(forwardPlan(targets, more));
  const [memory] = memoriesOf(plan);
  assert(memory);
  const health = new TargetHealth({
    memory,
    onChange: () => {},
    now: () => clock.now,
  });
  const place = targetTable(plan).upstreams[0]!;
  const upstream = new Upstream(tiers === null ? place : { ...place, tiers }, {
    memory,
    health,
    random: Math.random,
  });
  return {
    upstream,
    health,
    clock,
    /** The targets that are chosen one after the other, each tried once. */
    order(): number[] {
      const tried = new Set<number>();
      for (;;) {
        const pick = upstream.pick(tried, "192.0.2.1");
        if (pick === null) return [...tried];
        tried.add(pick.index);
      }
    },
    eject(...indexes: number[]): void {
      for (const index of indexes) {
        for (let i = 0; i < 3; i++) {
          health.dialled(index, { kind: "failed", code: "X", why: "x" }, false);
        }
      }
    },
  };
}

const THREE = [targetPlan(1), targetPlan(2), targetPlan(3)];

Deno.test("Upstream: each target is tried once, then there is none", () => {
  const { order } = upstreamOf(THREE);
  assertEquals(order().sort(), [0, 1, 2]);
});

Deno.test("Upstream: those that are up first, then those that are down", () => {
  const { order, eject, upstream } = upstreamOf(THREE);
  eject(0, 2);
  assertEquals(upstream.up, 1);
  for (let i = 0; i < 6; i++) assertEquals(order()[0], 1);
  assertEquals(order().length, 3);
});

Deno.test("Upstream: backups only when no other target is up", () => {
  const backup = targetPlan(3, { backup: true });
  const { order, eject, clock, upstream, health } = upstreamOf([
    targetPlan(1),
    backup,
    targetPlan(2),
  ]);
  for (let i = 0; i < 6; i++) assertEquals(order()[2], 1);
  eject(0, 2);
  for (let i = 0; i < 6; i++) assertEquals(order()[0], 1);
  clock.now += FIRST_EJECTION_MS;
  const pick = upstream.pick(new Set(), "");
  assert(pick?.trial && pick.index !== 1, "one that is due comes first");
  health.dialled(pick.slot, { kind: "reached" }, true);
});

Deno.test("Upstream: when all are down any is tried, the backups after the others", () => {
  const { order, eject } = upstreamOf([
    targetPlan(1, { backup: true }),
    targetPlan(2),
    targetPlan(3),
  ]);
  eject(0, 1, 2);
  for (let i = 0; i < 6; i++) assertEquals(order()[2], 0);
});

Deno.test("Upstream: one connection gets the trial, the others go where it is up", () => {
  const { eject, clock, upstream } = upstreamOf(THREE.slice(0, 2), {
    balance: "source_hash",
  });
  const own = upstream.pick(new Set(), "192.0.2.1")!.index;
  eject(own);
  clock.now += FIRST_EJECTION_MS;
  const picks = [1, 2, 3].map(() => upstream.pick(new Set(), "192.0.2.1")!);
  assertEquals(
    picks.map(({ index, trial }) => [index, trial]),
    [[own, true], [1 - own, false], [1 - own, false]],
  );
});

Deno.test("Upstream: a target of weight 0 is never chosen, not even as the last one", () => {
  const { order, eject } = upstreamOf([
    targetPlan(1, { weight: 0 }),
    targetPlan(2),
  ]);
  eject(1);
  assertEquals(order(), [1]);
});

Deno.test("Upstream: of several tiers each is used when all before it are down", () => {
  const { order, eject } = upstreamOf(THREE, {}, [30, 10, 20]);
  assertEquals(order(), [1, 2, 0]);
  eject(1);
  assertEquals(order(), [2, 0, 1]);
  eject(2);
  assertEquals(order(), [0, 1, 2]);
});
