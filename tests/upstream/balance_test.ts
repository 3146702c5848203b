import * as fc from "../../src/testing/fast_check.ts";
import { assert, assertEquals } from "@std/assert";
import type { Balance } from "../../src/config/plan.ts";
import { chooserOf, smoothRound } from "../../src/upstream/balance.ts";
import { clientNetwork } from "../../src/upstream/source_hash.ts";

/** A chooser over targets with these weights and connections. */
function chooser(
  balance: Balance,
  weights: readonly number[],
  { connections = weights.map(() => 0), random = Math.random } = {},
) {
  let tickets = 0;
  return chooserOf(balance, {
    weights,
    keys: weights.map((_, i) => `10.0.0.${i + 1}:443`),
    connections: (target) => connections[target]!,
    ticket: () => tickets++,
    random,
  });
}

function all(weights: readonly number[]): number[] {
  return [...weights.keys()];
}

/** How often each target is chosen. */
function counts(
  times: number,
  targets: number,
  choose: (nth: number) => number,
): number[] {
  const found = Array<number>(targets).fill(0);
  for (let nth = 0; nth < times; nth++) found[choose(nth)]!++;
  return found;
}

/** As many clients as wanted, all different. */
function clientOf(nth: number): string {
  return `10.${nth >> 16 & 255}.${nth >> 8 & 255}.${nth & 255}`;
}

Deno.test("smoothRound() spreads the turns as nginx does", () => {
  assertEquals([...smoothRound([5, 1, 1])], [0, 0, 1, 0, 2, 0, 0]);
  assertEquals([...smoothRound([1, 1, 1])], [0, 1, 2]);
  assertEquals([...smoothRound([100, 200])], [1, 0, 1]);
  assertEquals([...smoothRound([0, 3])], [1]);
});

Deno.test("smoothRound() gives each target exactly its weight in every round", () => {
  const weights = fc.array(fc.nat(20), { minLength: 1, maxLength: 8 })
    .filter((list) => list.some((weight) => weight > 0));
  fc.assert(fc.property(weights, (list) => {
    const round = smoothRound(list);
    const total = list.reduce((sum, weight) => sum + weight, 0);
    list.forEach((weight, target) => {
      const turns = round.filter((turn) => turn === target).length;
      assertEquals(turns * total, weight * round.length);
    });
  }));
});

Deno.test("round_robin: over any number of rounds the shares are exact", () => {
  const weights = [3, 1, 2];
  const choose = chooser("round_robin", weights);
  assertEquals(
    counts(600, 3, () => choose(all(weights), "")),
    [300, 100, 200],
  );
});

Deno.test("round_robin: when one is missing the others keep their shares", () => {
  const choose = chooser("round_robin", [3, 1, 2, 4]);
  assertEquals(
    counts(600, 4, () => choose([0, 1, 2], "")),
    [300, 100, 200, 0],
  );
  const equal = chooser("round_robin", [1, 1, 1]);
  assertEquals(counts(100, 3, () => equal([1, 2], "")), [0, 50, 50]);
});

Deno.test("least_connections: the least loaded for its weight, equal ones in turn", () => {
  const connections = [4, 2, 9];
  const choose = chooser("least_connections", [1, 1, 4], { connections });
  assertEquals(choose([0, 1, 2], ""), 1);
  connections[1] = 3;
  assertEquals(choose([0, 1, 2], ""), 2);
  assertEquals(choose([0, 1], ""), 1);
  const idle = chooser("least_connections", [1, 3]);
  assertEquals(counts(80, 2, () => idle([0, 1], "")), [20, 60]);
});

Deno.test("least_connections: connections that stay are shared by weight", () => {
  const connections = [0, 0, 0];
  const choose = chooser("least_connections", [1, 2, 3], { connections });
  for (let nth = 0; nth < 60; nth++) connections[choose([0, 1, 2], "")]!++;
  assertEquals(connections, [10, 20, 30]);
});

Deno.test("source_hash: a client stays with its target, clients are shared by weight", () => {
  const weights = [1, 2, 1];
  const choose = chooser("source_hash", weights);
  const again = chooser("source_hash", weights);
  const found = counts(40_000, 3, (nth) => {
    const target = choose(all(weights), clientOf(nth));
    assertEquals(again(all(weights), clientOf(nth)), target);
    return target;
  });
  found.forEach((count, target) => {
    const share = count / 40_000 * 4;
    assert(Math.abs(share - weights[target]!) < 0.05, `${found}`);
  });
});

Deno.test("source_hash: when a target leaves or comes back, only its clients move", () => {
  const weights = [1, 1, 2, 1, 1];
  const choose = chooser("source_hash", weights);
  for (let nth = 0; nth < 5_000; nth++) {
    const client = clientOf(nth);
    const before = choose(all(weights), client);
    for (const gone of all(weights)) {
      const left = all(weights).filter((target) => target !== gone);
      const after = choose(left, client);
      if (before !== gone) assertEquals(after, before);
    }
  }
});

Deno.test("source_hash: the place in the list does not matter, neighbours are spread", () => {
  const keys = ["a:1", "b:1", "c:1"];
  const weights = [1, 1, 1];
  const unused = { connections: () => 0, ticket: () => 0, random: () => 0 };
  const one = chooserOf("source_hash", { weights, keys, ...unused });
  const other = chooserOf("source_hash", {
    weights,
    keys: keys.toReversed(),
    ...unused,
  });
  const found = counts(256, 3, (nth) => {
    const target = one([0, 1, 2], `192.0.2.${nth}`);
    assertEquals(2 - other([0, 1, 2], `192.0.2.${nth}`), target);
    return target;
  });
  assert(Math.min(...found) > 60, `${found}`);
});

Deno.test("clientNetwork() is an IPv4 address, or the /64 of an IPv6 address", () => {
  const networks = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0DB8:0001:2:ffff::1", "2001:db8:1:2"],
    ["2001:db8:1:2::", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:db8::5:6:7:8:9", "2001:db8:0:5"],
    ["::1", "0:0:0:0"],
    ["::", "0:0:0:0"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
  ] as const;
  for (const [address, network] of networks) {
    assertEquals(clientNetwork(address), network, address);
  }
});

Deno.test("random: of two at random the one with less load for its weight", () => {
  const connections = [9, 0, 5];
  const choose = chooser("random", [1, 1, 1], { connections });
  const found = counts(3_000, 3, () => choose([0, 1, 2], ""));
  assertEquals(found[0], 0, "the most loaded of three loses to any other");
  // Target 2 wins only against target 0: in one of three pairs.
  assert(Math.abs(found[2]! - 1_000) < 150, `${found}`);
  assertEquals(choose([0], ""), 0);
});

Deno.test("random: while nothing is open, by weight; and every random number is fine", () => {
  const drawn = (random: () => number) =>
    chooser("random", [1, 3], { random })([0, 1], "");
  assertEquals(drawn(() => 0), 0);
  assertEquals(drawn(() => 0.26), 1);
  assertEquals(drawn(() => 1 - Number.EPSILON / 2), 1);
});

Deno.test("every balance chooses a candidate, whatever the load", () => {
  const balances = fc.constantFrom<Balance>(
    "round_robin",
    "least_connections",
    "source_hash",
    "random",
  );
  const target = fc.record({
    weight: fc.integer({ min: 1, max: 256 }),
    connections: fc.nat(1_000),
    candidate: fc.boolean(),
  });
  const targets = fc.array(target, { minLength: 1, maxLength: 6 })
    .filter((list) => list.some(({ candidate }) => candidate));
  fc.assert(
    fc.property(balances, targets, fc.ipV6(), (balance, list, client) => {
      const choose = chooser(balance, list.map(({ weight }) => weight), {
        connections: list.map(({ connections }) => connections),
      });
      const candidates = [...list.keys()].filter((i) => list[i]!.candidate);
      for (let nth = 0; nth < 10; nth++) {
        assert(candidates.includes(choose(candidates, client)));
      }
    }),
  );
});
