/** Threads that count in the same memory at the same time. */
import { assert, assertEquals } from "@std/assert";
import type { ListenerPlan, Plan } from "../../../src/config/plan.ts";
import { Admission } from "../../../src/proxy/limits/admission.ts";
import { gatesOf } from "../../../src/proxy/limits/gate.ts";
import {
  LimitLedger,
  type LimitMemory,
} from "../../../src/proxy/limits/ledger.ts";
import { within } from "../../support/wait.ts";
import type { Orders, Outcome } from "./fixtures/crowd.ts";

const CROWD = new URL("fixtures/crowd.ts", import.meta.url);
const THREADS = 4;
const MOST = 7;

function planOf(maxConnections: number | null): Plan {
  const listener = {
    address: { text: ":1", hostname: "", port: 1 },
    limits: { maxConnectionsPerIp: MOST },
  } as unknown as ListenerPlan;
  return { listeners: [listener], maxConnections } as unknown as Plan;
}

/** Runs the threads to their end. */
async function crowd(
  orders: Pick<Orders, "plan" | "task" | "rounds">,
  ledger: LimitLedger,
): Promise<{ outcomes: Outcome[]; memories: LimitMemory[] }> {
  const memories: LimitMemory[] = [];
  const starts = new SharedArrayBuffer(4 * orders.rounds);
  const witness = new SharedArrayBuffer(4 * 256);
  const outcomes = Array.from({ length: THREADS }, () => {
    const memory = ledger.open(orders.plan);
    memories.push(memory);
    const worker = new Worker(CROWD, { type: "module" });
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(
      {
        ...orders,
        memory,
        starts,
        witness,
        threads: THREADS,
        most: MOST,
      } satisfies Orders,
    );
    return promise.finally(() => worker.terminate());
  });
  return {
    outcomes: await within("the threads", Promise.all(outcomes)),
    memories,
  };
}

Deno.test("limits: a client gets exactly its connections when all threads let it in at once", async () => {
  const ledger = new LimitLedger();
  const plan = planOf(null);
  const rounds = 300;
  const { outcomes } = await crowd({ plan, task: "burst", rounds }, ledger);
  const all = Array.from(
    { length: rounds },
    (_, round) =>
      outcomes.reduce((sum, { admitted }) => sum + admitted[round]!, 0),
  );
  assertEquals(all, new Array(rounds).fill(MOST));
});

Deno.test("limits: the process gets exactly its connections when all threads let some in at once", async () => {
  const ledger = new LimitLedger();
  const plan = planOf(50);
  const { outcomes } = await crowd({ plan, task: "burst", rounds: 20 }, ledger);
  const all = outcomes.flatMap(({ admitted }) => admitted);
  assertEquals(all.reduce((sum, count) => sum + count, 0), 50);
});

Deno.test("limits: threads whose clients come and go never let in too many, and leave nothing behind", async () => {
  const ledger = new LimitLedger();
  const plan = planOf(null);
  const { outcomes, memories } = await crowd(
    { plan, task: "come and go", rounds: 20_000 },
    ledger,
  );
  assertEquals(outcomes.map(({ over }) => over), [0, 0, 0, 0]);
  for (const { held, all } of memories) {
    assert(new Int32Array(held).every((count) => count === 0));
    assertEquals(new Int32Array(all)[0], 0);
  }
  assertFree(plan, ledger);
});

Deno.test("limits: what threads hold that have ended is given back", async () => {
  const ledger = new LimitLedger();
  const plan = planOf(null);
  const { memories } = await crowd({ plan, task: "burst", rounds: 50 }, ledger);
  assertEquals(new Int32Array(memories[0]!.all)[0], 50 * MOST);
  for (const memory of memories) ledger.reclaim(memory);
  assertEquals(new Int32Array(memories[0]!.all)[0], 0);
  assertFree(plan, ledger);
});

/** Checks that each client can have all its connections. */
function assertFree(plan: Plan, ledger: LimitLedger): void {
  const [gate] = gatesOf(plan, ledger.open(plan));
  for (let client = 0; client < 50; client++) {
    const refused = Array.from(
      { length: MOST + 1 },
      () => new Admission(gate!).admit(`10.0.0.${client}`),
    );
    assertEquals(refused, [
      ...new Array(MOST).fill(null),
      `max_connections_per_ip ${MOST} reached`,
    ]);
  }
}
