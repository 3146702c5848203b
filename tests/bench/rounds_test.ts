import { assertEquals } from "@std/assert";
import type { Bench } from "./context.ts";
import { parseOptions } from "./options.ts";
import { inRounds, merged } from "./rounds.ts";

const AMONG = [{ name: "a" }, { name: "b" }, { name: "c" }];

/** As much of a bench as rounds need. */
function bench(...args: string[]): Bench {
  const settings = parseOptions(args)!;
  return { settings, progress: () => {} } as unknown as Bench;
}

Deno.test("each round measures all of them, and begins with another one than the last", async () => {
  const order: string[] = [];
  await inRounds(bench("--rounds", "3"), {
    label: "x",
    among: AMONG,
    measure({ name }) {
      order.push(name);
      return Promise.resolve({});
    },
  });
  assertEquals(order.join(""), "bcacababc");
});

Deno.test("a warm-up comes first, and its values do not count", async () => {
  const lengths: number[] = [];
  const { rounds } = await inRounds(bench("--rounds", "2"), {
    label: "x",
    among: [{ name: "a" }],
    measure(_, seconds) {
      lengths.push(seconds);
      return Promise.resolve({ nth: lengths.length });
    },
    warmUp: true,
  });
  assertEquals(lengths, [1, 3, 3]);
  assertEquals(rounds.get("a"), [{ nth: 2 }, { nth: 3 }]);
});

Deno.test("one that fails is noted once, and the others go on", async () => {
  const { rounds, notes } = await inRounds(bench("--rounds", "2"), {
    label: "x",
    among: AMONG,
    measure: ({ name }) =>
      name === "b"
        ? Promise.reject(new Error("it broke"))
        : Promise.resolve({ one: 1 }),
  });
  assertEquals(rounds.get("a"), [{ one: 1 }, { one: 1 }]);
  assertEquals(rounds.get("b"), [null, null]);
  assertEquals(notes, ["b: x: it broke"]);
});

Deno.test("parts are put together round by round", () => {
  const { rounds, notes } = merged([
    { rounds: new Map([["a", [{ one: 1 }, null]]]), notes: ["first"] },
    { rounds: new Map([["a", [{ two: 2 }, { two: 3 }]]]), notes: ["second"] },
  ]);
  assertEquals(rounds.get("a"), [{ one: 1, two: 2 }, { two: 3 }]);
  assertEquals(notes, ["first", "second"]);
});
