import { assertEquals } from "@std/assert";
import type { Bench } from "./context.ts";
import { parseOptions } from "./options.ts";
import { inRounds, merged, ordersOf } from "./rounds.ts";

const AMONG = [{ name: "a" }, { name: "b" }, { name: "c" }];

/** As much of a bench as rounds need. */
function bench(...args: string[]): Bench {
  const settings = parseOptions(args)!;
  return { settings, progress: () => {} } as unknown as Bench;
}

Deno.test("each round measures all of them; every second one in the reverse of the order before", async () => {
  const order: string[] = [];
  await inRounds(bench("--rounds", "4"), {
    label: "x",
    among: AMONG,
    loads: [({ name }) => {
      order.push(name);
      return Promise.resolve({});
    }],
  });
  const rounds = [0, 3, 6, 9].map((at) => order.slice(at, at + 3));
  for (const round of rounds) assertEquals(round.toSorted(), ["a", "b", "c"]);
  assertEquals(rounds[1], rounds[0]!.toReversed());
  assertEquals(rounds[3], rounds[2]!.toReversed());
});

Deno.test("orders are the same for the same seed, and all of them come up", () => {
  const first = (seed: number) => ordersOf([1, 2, 3], seed)().join("");
  const seeds = Array.from({ length: 50 }, (_, seed) => seed);
  assertEquals(seeds.map(first), seeds.map(first));
  assertEquals(new Set(seeds.map(first)).size, 6);
  const order = ordersOf([1, 2, 3], 1);
  const later = new Set(seeds.map(() => order().join("")));
  assertEquals(later.size, 6);
});

Deno.test("all programs have one load before any has the next", async () => {
  const seen: string[] = [];
  const load = (key: string) => ({ name }: { name: string }) => {
    seen.push(`${key}${name}`);
    return Promise.resolve({ [key]: seen.length });
  };
  const { rounds } = await inRounds(bench("--rounds", "1"), {
    label: "x",
    among: AMONG,
    loads: [load("up"), load("down")],
  });
  assertEquals(
    seen.map((text) => text.slice(0, -1)),
    ["up", "up", "up", "down", "down", "down"],
  );
  const values = rounds.get("a")![0]!;
  assertEquals(values.up, seen.indexOf("upa") + 1);
  assertEquals(values.down, seen.indexOf("downa") + 1);
});

Deno.test("as many programs as wanted are measured at the same time", async () => {
  let now = 0;
  const counts: number[] = [];
  await inRounds(bench("--rounds", "1"), {
    label: "x",
    among: AMONG,
    loads: [async () => {
      counts.push(++now);
      await Promise.resolve();
      now--;
      return {};
    }],
    atATime: 2,
  });
  assertEquals(counts, [1, 2, 1]);
});

Deno.test("a warm-up comes first, and its values do not count", async () => {
  const lengths: number[] = [];
  const { rounds } = await inRounds(bench("--rounds", "2"), {
    label: "x",
    among: [{ name: "a" }],
    loads: [(_, seconds) => {
      lengths.push(seconds);
      return Promise.resolve({ nth: lengths.length });
    }],
    warmUp: true,
  });
  assertEquals(lengths, [1, 3, 3]);
  assertEquals(rounds.get("a"), [{ nth: 2 }, { nth: 3 }]);
});

Deno.test("one that fails is noted once, and the others go on", async () => {
  const { rounds, notes } = await inRounds(bench("--rounds", "2"), {
    label: "x",
    among: AMONG,
    loads: [
      ({ name }) =>
        name === "b"
          ? Promise.reject(new Error("it broke"))
          : Promise.resolve({ one: 1 }),
    ],
  });
  assertEquals(rounds.get("a"), [{ one: 1 }, { one: 1 }]);
  assertEquals(rounds.get("b"), [null, null]);
  assertEquals(notes, ["b: x: it broke"]);
});

Deno.test("a load that fails does not cost the others of its round", async () => {
  const { rounds, notes } = await inRounds(bench("--rounds", "1"), {
    label: "x",
    among: [{ name: "a" }],
    loads: [
      () => Promise.resolve({ one: 1 }),
      () => Promise.reject(new Error("it broke")),
      () => Promise.resolve({ three: 3 }),
    ],
  });
  assertEquals(rounds.get("a"), [{ one: 1, three: 3 }]);
  assertEquals(notes, ["a: x: it broke"]);
});

Deno.test("parts are put together round by round", () => {
  const { rounds, notes } = merged([
    { rounds: new Map([["a", [{ one: 1 }, null]]]), notes: ["first"] },
    { rounds: new Map([["a", [{ two: 2 }, { two: 3 }]]]), notes: ["second"] },
  ]);
  assertEquals(rounds.get("a"), [{ one: 1, two: 2 }, { two: 3 }]);
  assertEquals(notes, ["first", "second"]);
});
