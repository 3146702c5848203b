import { assertEquals, assertMatch } from "@std/assert";
import {
  type Drainable,
  OldGenerations,
} from "../../src/control/old_generations.ts";
import type { PlaneState } from "../../src/control/plane_state.ts";
import type { CloseReason } from "../../src/errors.ts";
import { Logger } from "../../src/observe/log.ts";

/** A generation whose connections end when a test says so. */
class FakeGeneration implements Drainable {
  readonly number: number;
  readonly planes: PlaneState[];
  connections = 1;
  closed: CloseReason | null = null;
  stopped: number | null | undefined;
  readonly #ended = Promise.withResolvers<number>();

  constructor(number: number, workers: number) {
    this.number = number;
    this.planes = Array.from({ length: workers }, (_, worker) => ({
      generation: number,
      worker,
      state: "draining" as const,
      connections: 1,
    }));
  }

  stop(drainMs: number | null): Promise<number> {
    this.stopped = drainMs;
    return this.#ended.promise;
  }

  close(reason: CloseReason): void {
    this.closed = reason;
    this.end(1);
  }

  end(closed = 0): void {
    this.#ended.resolve(closed);
  }
}

function oldOnes(mostWorkers: number) {
  let log = "";
  const drained: number[] = [];
  const logger = new Logger({ write: (lines) => log += lines });
  const old = new OldGenerations<FakeGeneration>({
    logger,
    onDrained: ({ number }) => drained.push(number),
    mostWorkers,
  });
  const logged = () => {
    logger.flush();
    return log;
  };
  return { old, drained, log: logged };
}

Deno.test("old generations: each goes on until its connections have ended", async () => {
  const { old, drained } = oldOnes(8);
  const [one, two] = [new FakeGeneration(1, 2), new FakeGeneration(2, 1)];
  old.drain(one, null);
  old.drain(two, 60_000);
  const [first, second] = old.states;
  assertEquals([first!.generation, first!.workers, first!.connections], [
    1,
    2,
    1,
  ]);
  assertEquals(first!.closes_at, null);
  assertEquals(second!.closes_at, second!.replaced_at + 60_000);
  one.end();
  const ended = old.end(60_000);
  two.end();
  assertEquals(await ended, 0);
  assertEquals(drained, [1, 2]);
  assertEquals(old.all, []);
});

Deno.test("old generations: where there are too many workers the oldest get a deadline, and that is said", async () => {
  const { old, log } = oldOnes(4);
  const all = [1, 2, 3, 4].map((number) => new FakeGeneration(number, 2));
  for (const one of all) old.drain(one, null);
  old.bound(1);
  const deadlines = old.states.map(({ closes_at }) => closes_at !== null);
  assertEquals(deadlines, [true, true, false, false]);
  assertMatch(log(), /WARN .*too many old workers.* generation=1 /);
  assertMatch(log(), / generation=2 connections=1 most=4 /);
  const lines = log();
  old.bound(1);
  assertEquals(log(), lines, "once each");
  while (all[1]!.closed === null) await new Promise((r) => setTimeout(r, 1));
  assertEquals(all.map(({ closed }) => closed), [
    "drain_deadline",
    "drain_deadline",
    null,
    null,
  ]);
  assertEquals(await old.end(1), 2);
});

Deno.test("old generations: a stop closes what is left at its deadline", async () => {
  const { old } = oldOnes(4);
  const one = new FakeGeneration(1, 1);
  old.drain(one, null);
  assertEquals(await old.end(1), 1);
  assertEquals(one.closed, "drain_deadline");
});
