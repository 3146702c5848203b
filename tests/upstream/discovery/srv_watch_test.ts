import { assertEquals } from "@std/assert";
import type { SrvAnswer } from "../../../src/upstream/discovery/srv_lookup.ts";
import {
  holdMs,
  retryMs,
  SrvWatch,
} from "../../../src/upstream/discovery/srv_watch.ts";
import { within } from "../../support/wait.ts";

const TARGET = { hostname: "10.0.0.1", port: 80, weight: 1, priority: 0 };
/** A millisecond is enough for whatever repeats. */
const TIMING = {
  shortestMs: 1,
  longestMs: 1,
  longestEmptyMs: 1,
  emptyMs: 1,
  firstRetryMs: 1,
  longestRetryMs: 4,
};

function answer(ttlSeconds: number | null, targets = [TARGET]): SrvAnswer {
  return { targets, refused: [], ttlSeconds };
}

Deno.test("SRV watch: an answer is used for its TTL, within bounds", () => {
  const cases: [SrvAnswer, number][] = [
    [answer(0), 1_000],
    [answer(60), 60_000],
    [answer(86_400), 300_000],
    [answer(Infinity), 300_000],
    [answer(null, []), 5_000],
    [answer(3_600, []), 30_000],
    [answer(0, []), 1_000],
  ];
  for (const [one, ms] of cases) assertEquals(holdMs(one), ms);
});

Deno.test("SRV watch: pauses after failures double to half a minute", () => {
  assertEquals(
    [0, 1, 2, 4, 5, 1_000].map((failures) => retryMs(failures)),
    [1_000, 2_000, 4_000, 16_000, 30_000, 30_000],
  );
});

Deno.test("SRV watch: it goes on after answers and failures, and begins its pauses anew", async () => {
  const results = [answer(1), "down", "down", answer(1, []), "down"];
  const heard: unknown[] = [];
  const done = Promise.withResolvers<void>();
  const watch = new SrvWatch({
    lookup() {
      const result = results.shift();
      if (result === undefined) {
        done.resolve();
        return new Promise(() => {});
      }
      return typeof result === "string"
        ? Promise.reject(result)
        : Promise.resolve(result);
    },
    onAnswer: ({ targets }) => heard.push(targets.length),
    onFailure: (error, ms) => heard.push([error, ms]),
    random: () => 0,
    timing: TIMING,
  });
  watch.start();
  await within("the first answer", watch.answered);
  await within("all look-ups", done.promise);
  assertEquals(heard, [1, ["down", 1], ["down", 2], 0, ["down", 1]]);
});

Deno.test("SRV watch: a stop ends a look-up and a pause at once, and nothing is heard after", async () => {
  for (const pausing of [false, true]) {
    let heard = 0;
    const begun = Promise.withResolvers<void>();
    const watch = new SrvWatch({
      lookup: (signal) =>
        pausing ? Promise.resolve(answer(300)) : new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          begun.resolve();
        }),
      onAnswer() {
        heard++;
        begun.resolve();
      },
      onFailure: () => heard++,
      random: () => 0,
    });
    watch.start();
    await begun.promise;
    await within("the stop", watch.stop());
    await within("those who wait for an answer", watch.answered);
    assertEquals(heard, pausing ? 1 : 0);
  }
});
