import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DEFAULTS, type Plan } from "../../src/config/plan.ts";
import {
  Generation,
  type GenerationOptions,
} from "../../src/control/generation.ts";
import type { Plane, PlaneLoss } from "../../src/control/plane.ts";
import { ProcessMemory } from "../../src/control/process_memory.ts";
import { PassthruError } from "../../src/errors.ts";
import { Logger } from "../../src/observe/log.ts";
import {
  TargetMemory,
  type TargetShare,
} from "../../src/upstream/target_memory.ts";
import { targetTable } from "../../src/upstream/target_table.ts";
import {
  forwardPlan,
  listenersOf,
  targetPlan,
} from "../support/target_plan.ts";
import { until } from "../support/wait.ts";

const PLAN: Plan = {
  ...DEFAULTS,
  version: "v1.0.0",
  detectors: [],
  modules: [],
  ...listenersOf(forwardPlan([targetPlan(1), targetPlan(2)])),
};

/** How a data plane crashes. */
function crash(error: string): PlaneLoss {
  return { kind: "crashed", error, connections: 0, gone: Promise.resolve() };
}

/** A data plane that does what the test says. */
class FakePlane implements Plane {
  readonly up = Promise.withResolvers<void>();
  readonly dead = Promise.withResolvers<PlaneLoss>();
  readonly ready = this.up.promise;
  readonly lost = this.dead.promise;
  readonly quiet = Promise.resolve();
  connections = 1;
  stopped: number | null = null;

  stop(drainMs: number): Promise<number> {
    this.stopped = drainMs;
    return Promise.resolve(1);
  }

  update(): void {}

  close(): void {
    this.connections = 0;
  }

  ask(): Promise<null> {
    return Promise.resolve(null);
  }
}

/** A generation of fakes, with those made so far. */
function generation(
  size: number,
  prepare: (plane: FakePlane) => void,
  more: Partial<GenerationOptions> = {},
) {
  const planes: FakePlane[] = [];
  const shares: TargetShare[] = [];
  const failures: PassthruError[] = [];
  let log = "";
  const made = Promise.withResolvers<void>();
  let awaited = Infinity;
  const one = new Generation({
    number: 1,
    plan: PLAN,
    size,
    memory: new ProcessMemory(),
    before: null,
    logger: new Logger({ write: (lines) => log += lines }),
    makePlane: (_plan, memory) => {
      const plane = new FakePlane();
      shares.push(memory.targets);
      planes.push(plane);
      prepare(plane);
      if (planes.length >= awaited) made.resolve();
      return plane;
    },
    onCrashLoop: (error) => failures.push(error),
    ...more,
  });
  return {
    one,
    planes,
    shares,
    failures,
    log: () => log,
    made(count: number) {
      awaited = count;
      return planes.length >= count ? Promise.resolve() : made.promise;
    },
  };
}

Deno.test("Generation: starts all, counts their connections, drains all", async () => {
  const { one, planes } = generation(3, (plane) => plane.up.resolve());
  await one.start();
  assertEquals(planes.length, 3);
  assertEquals(one.connections, 3);
  assertEquals(await one.stop(500), 3);
  assertEquals(planes.map(({ stopped }) => stopped), [500, 500, 500]);
});

Deno.test("Generation: when one cannot start, the others can be drained", async () => {
  let made = 0;
  const { one, planes } = generation(2, (plane) => {
    if (++made === 1) plane.up.resolve();
    else {
      plane.up.reject(
        new PassthruError("no", { code: "bind_failed", source: "config" }),
      );
    }
  });
  await assertRejects(() => one.start(), Error, "no");
  await one.stop(9);
  assertEquals(planes.map(({ stopped }) => stopped), [9, null]);
  assertEquals(one.connections, 0);
});

Deno.test("Generation: replaces one that crashes, and logs its stack", async () => {
  const { one, planes, log, made } = generation(
    1,
    (plane) => plane.up.resolve(),
  );
  await one.start();
  planes[0]!.dead.resolve(crash("Error: boom\n    at place"));
  await made(2);
  await planes[1]!.ready;
  assertEquals(one.connections, 1);
  assertMatch(log(), /ERROR worker crashed .*boom.*at place/);
  await one.stop(0);
  assertEquals(planes[0]!.stopped, null);
  assertEquals(planes[1]!.stopped, 0);
});

Deno.test("Generation: the connections that one which crashed had to targets go with it", async () => {
  const { one, planes, shares, made } = generation(
    2,
    (plane) => plane.up.resolve(),
  );
  await one.start();
  const table = targetTable(PLAN);
  const [lives, dies] = shares.map((share) => new TargetMemory(table, share));
  lives!.count(0, 1);
  dies!.count(0, 1);
  dies!.count(0, 1);
  planes[1]!.dead.resolve(crash("boom"));
  await made(3);
  assertEquals(lives!.connections(0), 1);
  assertEquals(shares.map(({ row }) => row), [0, 1, 1]);
  dies!.count(0, -1);
  assertEquals(new TargetMemory(table, shares[2]!).connections(0), 1);
  await one.stop(0);
});

Deno.test("Generation: gives up when crashes do not end", async () => {
  const { one, planes, failures, made } = generation(
    8,
    (plane) => plane.up.resolve(),
  );
  await one.start();
  for (const plane of planes) plane.dead.resolve(crash("boom"));
  await made(9);
  await planes[8]!.ready;
  planes[8]!.dead.resolve(crash("boom"));
  await planes[8]!.lost;
  while (failures.length === 0) await Promise.resolve();
  assertEquals(failures[0]!.code, "crash_loop");
  await one.stop(0);
});

Deno.test("Generation: replaces nothing once it stops", async () => {
  const { one, planes } = generation(2, (plane) => plane.up.resolve());
  await one.start();
  const stopped = one.stop(0);
  planes[0]!.dead.resolve(crash("boom"));
  await stopped;
  assertEquals(planes.length, 2);
});

Deno.test("Generation: a stop while one is being replaced gives its descriptors back, and is no crash", async () => {
  let claims = 0;
  const losses: PlaneLoss[] = [];
  const { one, planes, log, made } = generation(
    1,
    (plane) => planes.length === 1 && plane.up.resolve(),
    {
      reserve: {
        claim() {
          claims++;
          return { [Symbol.dispose]: () => void claims-- };
        },
      },
      onLoss: (_worker, loss) => losses.push(loss),
    },
  );
  await one.start();
  planes[0]!.dead.resolve(crash("boom"));
  await made(2);
  assertEquals(claims, 1);
  await one.stop(0);
  planes[1]!.up.reject(
    new PassthruError("stopped", { code: "stopped", source: "internal" }),
  );
  await until("the descriptors", () => claims === 0 || null);
  assertEquals(losses.length, 1);
  assertEquals(log().match(/worker crashed/g)?.length, 1);
});
