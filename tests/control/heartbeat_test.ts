import { assertEquals } from "@std/assert";
import {
  beatPauseMs,
  keepBeating,
  watchHeartbeat,
} from "../../src/control/heartbeat.ts";
import { VitalSigns } from "../../src/control/vital_signs.ts";
import { FakeTime } from "../support/fake_time.ts";

const LIMIT_MS = 10_000;

/** Watches the beats of a worker that does as the test says. */
function watched(limitMs: () => number = () => LIMIT_MS) {
  const signs = new VitalSigns();
  const stalls: number[] = [];
  const onStall = (stoodMs: number) => stalls.push(stoodMs);
  const stop = watchHeartbeat(signs, { limitMs, onStall });
  return { signs, stalls, stop };
}

Deno.test("heartbeat: a worker that beats is never given up", () => {
  using time = new FakeTime();
  const { signs, stalls, stop } = watched();
  const end = keepBeating(new VitalSigns(signs.memory), LIMIT_MS);
  time.pass(60 * LIMIT_MS);
  assertEquals(stalls, []);
  end();
  stop();
  assertEquals(time.timers, 0);
});

Deno.test("heartbeat: one that stands still for longer than the limit is given up once", () => {
  using time = new FakeTime();
  const { signs, stalls } = watched();
  time.pass(3_000);
  signs.beat();
  time.pass(LIMIT_MS);
  assertEquals(stalls, []);
  time.pass(2_000);
  assertEquals(stalls, [11_000]);
  time.pass(60 * LIMIT_MS);
  assertEquals(stalls.length, 1);
  assertEquals(time.timers, 0);
});

Deno.test("heartbeat: that this thread itself slept is not held against the worker", () => {
  using time = new FakeTime();
  const { signs, stalls, stop } = watched();
  time.pass(3_000);
  // Both were stopped for an hour, or the machine was.
  time.stall(3_600_000);
  time.pass(4_000);
  assertEquals(stalls, []);
  signs.beat();
  time.pass(LIMIT_MS);
  assertEquals(stalls, []);
  stop();
});

Deno.test("heartbeat: the limit may be another one later", () => {
  using time = new FakeTime();
  let limitMs = 30_000;
  const { stalls } = watched(() => limitMs);
  time.pass(20_000);
  limitMs = LIMIT_MS;
  time.pass(1_000);
  assertEquals(stalls.length, 1);
});

Deno.test("heartbeat: beats are much closer than the limit", () => {
  assertEquals(beatPauseMs(10_000), 1_000);
  assertEquals(beatPauseMs(1_000), 250);
});

Deno.test("VitalSigns: what a worker does, as it can be read when it hangs", () => {
  const signs = new VitalSigns();
  const seen = new VitalSigns(signs.memory);
  const doing = () => seen.doing(["ONE", "TWO"]);
  const nothing = "forwarding, or something that is not noted";
  assertEquals(doing(), nothing);
  assertEquals(signs.during("starting", doing), "starting");
  signs.observer.looking!(2 ** 32 - 1);
  assertEquals(doing(), "identifying connection 4294967295");
  assertEquals(
    signs.asking(1, doing),
    'identifying connection 4294967295 by detector "TWO"',
  );
  signs.observer.looking!(0);
  assertEquals(doing(), nothing);
  signs.connections = 7;
  assertEquals(seen.connections, 7);
});
