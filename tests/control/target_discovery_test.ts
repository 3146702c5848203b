import { assertEquals } from "@std/assert";
import type { ForwardPlan } from "../../src/config/plan.ts";
import { TargetDiscovery } from "../../src/control/target_discovery.ts";
import { Logger } from "../../src/observe/log.ts";
import type { DnsRecord } from "../../src/upstream/discovery/dns_message.ts";
import { WATCH_TIMING } from "../../src/upstream/discovery/srv_watch.ts";
import type { FoundTargets } from "../../src/upstream/found_targets.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { answerOf, srv } from "../support/dns_server.ts";
import {
  forwardPlan,
  listenersOf,
  targetPlan,
} from "../support/target_plan.ts";
import { until, within } from "../support/wait.ts";

/** Answers are asked for again at once. */
const TIMING = { ...WATCH_TIMING, shortestMs: 1, longestMs: 1 };

function service(name = "_app._tcp.test"): ForwardPlan {
  const target = { name, text: `srv:${name}`, within: ["10.0.0.0/8"] };
  return forwardPlan([
    { kind: "srv" as const, ...target, weight: 1, backup: false },
  ], { retries: 63 });
}

/** A discovery of a Plan's services whose DNS holds what the test puts there. */
function discovery(
  routes: readonly ForwardPlan[],
  zone: { records: readonly DnsRecord[] },
) {
  const lines: Record<string, unknown>[] = [];
  const found: FoundTargets[] = [];
  const plan = listenersOf(...routes);
  const board = new TargetBoard(plan, 1);
  const one = new TargetDiscovery({
    plan,
    board,
    timing: TIMING,
    ask: ({ name }) =>
      Promise.resolve(
        answerOf(zone.records.map((record) => ({ ...record, name }))),
      ),
    onFound: (one) => found.push(one),
    logger: new Logger({
      format: "json",
      write: (text) =>
        lines.push(
          ...text.trimEnd().split("\n").map((line) => JSON.parse(line)),
        ),
    }),
  });
  const next = async (count: number) => {
    await until("a change", () => found.length >= count ? true : null);
    return found[count - 1]!.targets!;
  };
  return { one, board, found, lines, next };
}

function names(targets: FoundTargets["targets"]): string[] {
  return targets!.map(({ target, slot, tier }) =>
    `${target.address.text} ${slot} ${tier} ${target.weight}`
  );
}

Deno.test("discovery: a change of weight or priority keeps the slot, and what did not change says nothing", async () => {
  const zone = { records: [srv("10.0.0.1"), srv("10.0.0.2", { weight: 3 })] };
  const { one, next, found, lines } = discovery([service()], zone);
  await within("the start", one.start());
  assertEquals(names(await next(1)), [
    "10.0.0.2:80 0 0 3",
    "10.0.0.1:80 1 0 1",
  ]);
  zone.records = [srv("10.0.0.1", { priority: 5 }), zone.records[1]!];
  assertEquals(names(await next(2)), [
    "10.0.0.2:80 0 0 3",
    "10.0.0.1:80 1 5 1",
  ]);
  await one.stop();
  assertEquals(found.length, 2);
  const said = lines.map(({ msg, added, removed, changed }) => [
    msg,
    added,
    removed,
    changed,
  ]);
  assertEquals(said, [
    ["targets changed", ["10.0.0.2:80", "10.0.0.1:80"], undefined, undefined],
    ["targets changed", undefined, undefined, ["10.0.0.1:80"]],
  ]);
});

Deno.test("discovery: of too many targets the best are used, and the log says how many are not", async () => {
  const records = Array.from(
    { length: 70 },
    (_, i) => srv(`10.0.0.${i}`, { priority: 70 - i }),
  );
  const { one, next, lines } = discovery([service()], { records });
  await within("the start", one.start());
  const targets = await next(1);
  await one.stop();
  assertEquals(targets.length, 64);
  assertEquals(
    [targets[0]!.target.address.text, targets[63]!.target.address.text],
    ["10.0.0.69:80", "10.0.0.6:80"],
  );
  const many = lines.filter(({ msg }) => msg === "too many targets");
  assertEquals(many.map(({ unused, most }) => [unused, most]), [[6, 64]]);
});

Deno.test("discovery: the next Plan begins with what was known, under the numbers of its own table", async () => {
  const zone = { records: [srv("10.0.0.1"), srv("10.0.0.2")] };
  const before = discovery([service()], zone);
  await within("the start", before.one.start());
  await before.next(1);
  await before.one.stop();
  const other = forwardPlan([targetPlan(9)]);
  const after = discovery([other, service("_new._tcp.test"), service()], zone);
  after.board.adopt(before.board);
  after.one.adopt(before.one);
  const [fresh, known] = after.one.found;
  assertEquals(fresh!.targets, null);
  const first = after.board.table.services[1]!.slots[0]!;
  assertEquals(first, 65);
  assertEquals(names(known!.targets), [
    `10.0.0.1:80 ${first} 0 1`,
    `10.0.0.2:80 ${first + 1} 0 1`,
  ]);
  assertEquals(after.lines.length, 0);
});

Deno.test("discovery: rules that name the same service share its targets", () => {
  const { board } = discovery(
    [service(), service(), service("_new._tcp.test")],
    { records: [] },
  );
  const { services, upstreams, slots } = board.table;
  assertEquals(services.length, 2);
  assertEquals(upstreams[0]!.slots, upstreams[1]!.slots);
  assertEquals(slots.length, 128);
  assertEquals(slots[0]!.upstreams, [0, 1]);
});
