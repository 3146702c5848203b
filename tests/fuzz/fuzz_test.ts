/**
 * A short run of the fuzzer, the same at each run; `deno task fuzz` goes on from
 * there. And the fuzzer itself: it finds what is planted, and shows it again.
 */
import { assert, assertEquals } from "@std/assert";
import { programTest } from "../support/programs.ts";
import { SAME } from "./compared.ts";
import { findingText, Fuzzer } from "./fuzzer.ts";
import { inputText, joined, parseInput } from "./input.ts";
import { type FuzzTarget, Violation } from "./target.ts";
import { fuzzTargets } from "./targets.ts";

const SEED = 20261128;
/** Inputs of a target; the seeds are among them, as far as they go. */
const INPUTS: Readonly<Record<string, number>> = {
  tcp: 4_000,
  datagrams: 4_000,
  proxy: 4_000,
  reply_filter: 3_000,
  config: 500,
  capture: 400,
};

Deno.test("fuzz: no input of a short run breaks a rule", async () => {
  const { targets } = await fuzzTargets(Object.keys(INPUTS));
  assertEquals(targets.length, Object.keys(INPUTS).length);
  for (const target of targets) await runShort(target, INPUTS[target.name]!);
});

programTest(
  ["node", "python3", "openssl", "nghttp"],
  "fuzz: Node, OpenSSL and nghttp2 read what rules are told",
  async () => {
    const { targets } = await fuzzTargets([
      "http_beside_node",
      "tls_beside_openssl",
      "hpack",
    ]);
    assertEquals(targets.length, 3);
    for (const target of targets) {
      await runShort(target, 4_000);
      assert((target.explained?.get(SAME) ?? 0) > 500, target.name);
    }
  },
);

async function runShort(target: FuzzTarget, inputs: number): Promise<void> {
  const fuzzer = new Fuzzer(target, { seed: SEED, stretchShare: 0 });
  try {
    await fuzzer.run(inputs);
  } finally {
    await target.close?.();
  }
  const found = [...fuzzer.findings.values()].map(findingText);
  assertEquals(found, []);
  assertEquals(fuzzer.tried, inputs);
}

/** Breaks a rule where a byte is 7 behind one that is above 0xf0. */
function faulty(): FuzzTarget {
  return {
    name: "faulty",
    seeds: [[new Uint8Array(40).fill(1)], [Uint8Array.of(1, 2, 3)]],
    tokens: [],
    maxBytes: 100,
    maxParts: 2,
    weight: 1,
    run(input, path) {
      const bytes = joined(input);
      const high = bytes.findIndex((byte) => byte > 0xf0);
      path.add(high);
      if (high < 0 || bytes[high + 1] !== 7) return;
      throw new Violation("Faulty: a 7", `${bytes.length} bytes`);
    },
  };
}

Deno.test("fuzz: a fault is found by the way to it, and made small", async () => {
  const runs = await Promise.all([1, 1, 2].map(async (seed) => {
    const fuzzer = new Fuzzer(faulty(), { seed, stretchShare: 0 });
    await fuzzer.run(20_000);
    return [...fuzzer.findings.values()].map(({ rule, input }) =>
      `${rule} ${inputText(input)}`
    );
  }));
  assertEquals(runs[0], runs[1]);
  for (const found of runs) {
    assertEquals(found.length, 1);
    const [rule, bytes] = found[0]!.split(/ (?=\S*$)/);
    assertEquals(rule, "Faulty: a 7");
    const [first, second, ...rest] = joined(parseInput(bytes!));
    assert(first! > 0xf0 && second === 7 && rest.length === 0, bytes);
  }
});
