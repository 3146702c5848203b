import { assert, assertEquals } from "@std/assert";
import type {
  LimitsPlan,
  ListenerPlan,
  Plan,
} from "../../../src/config/plan.ts";
import { Admission } from "../../../src/proxy/limits/admission.ts";
import { type Gate, gatesOf } from "../../../src/proxy/limits/gate.ts";
import {
  LimitLedger,
  type LimitMemory,
} from "../../../src/proxy/limits/ledger.ts";

/** A Plan of listeners that differ only in their limits. */
function planOf(
  limits: Readonly<Record<string, LimitsPlan>>,
  maxConnections: number | null = null,
): Plan {
  const listeners = Object.entries(limits).map(([text, limits]) => ({
    address: { text, hostname: "", port: 0 },
    limits,
  } as unknown as ListenerPlan));
  return { listeners, maxConnections } as unknown as Plan;
}

function gateOf(limits: LimitsPlan, maxConnections?: number): Gate {
  const plan = planOf({ ":1": limits }, maxConnections);
  const now = () => 0;
  return gatesOf(plan, new LimitLedger().open(plan), { now })[0]!;
}

/** Lets a client in, or says why not. */
function admit(gate: Gate, address: string): Admission | string {
  const admission = new Admission(gate);
  const refused = admission.admit(address);
  if (refused === null) return admission;
  admission.leave();
  return refused;
}

function heldBy({ held }: LimitMemory): number {
  return new Int32Array(held).reduce((sum, count) => sum + count, 0);
}

Deno.test("Gate: without limits everybody comes in, and no client is counted", () => {
  const plan = planOf({ ":1": {} });
  const memory = new LimitLedger().open(plan);
  assertEquals(memory.clients, null);
  const [gate] = gatesOf(plan, memory);
  for (const address of ["192.0.2.1", "::1", "", "unix"]) {
    assert(admit(gate!, address) instanceof Admission);
  }
});

Deno.test("Gate: deny wins over allow, and with allow everybody else is refused", () => {
  const gate = gateOf({
    allow: ["10.0.0.0/8", "2001:db8::/32"],
    deny: ["10.1.0.0/16"],
  });
  const cases: [address: string, refused: string | null][] = [
    ["10.0.0.1", null],
    ["::ffff:10.0.0.1", null],
    ["2001:db8::7", null],
    ["10.1.2.3", "in deny"],
    ["192.0.2.1", "not in allow"],
    ["::1", "not in allow"],
    ["", "not in allow"],
  ];
  for (const [address, refused] of cases) {
    const admission = new Admission(gate);
    assertEquals(admission.admit(address), refused, address);
    admission.leave();
  }
});

Deno.test("Gate: deny alone lets everybody else in", () => {
  const gate = gateOf({ deny: ["10.0.0.0/8"] });
  assertEquals(admit(gate, "10.9.9.9"), "in deny");
  assert(admit(gate, "192.0.2.1") instanceof Admission);
  assert(admit(gate, "") instanceof Admission);
});

Deno.test("Gate: the order is lists, totals, connections of the client, arrivals", () => {
  const gate = gateOf({
    deny: ["10.0.0.0/8"],
    maxConnections: 3,
    maxConnectionsPerIp: 2,
    maxNewPerSecondPerIp: 3,
  });
  const first = admit(gate, "192.0.2.1");
  assert(first instanceof Admission);
  assert(admit(gate, "192.0.2.1") instanceof Admission);
  assertEquals(admit(gate, "192.0.2.1"), "max_connections_per_ip 2 reached");
  assert(admit(gate, "192.0.2.2") instanceof Admission);
  assertEquals(admit(gate, "192.0.2.1"), "max_connections 3 reached");
  assertEquals(admit(gate, "10.0.0.1"), "in deny");
  first.leave();
  first.leave();
  const third = admit(gate, "192.0.2.1");
  assert(third instanceof Admission);
  third.leave();
  assertEquals(admit(gate, "192.0.2.1"), "max_new_per_second_per_ip 3 reached");
});

Deno.test("Gate: who is refused holds nothing", () => {
  const plan = planOf({
    ":1": { maxConnectionsPerIp: 1, maxNewPerSecondPerIp: 2 },
  }, 5);
  const memory = new LimitLedger().open(plan);
  const [gate] = gatesOf(plan, memory);
  const one = admit(gate!, "192.0.2.1");
  assert(one instanceof Admission);
  assertEquals(heldBy(memory), 3);
  for (let i = 0; i < 9; i++) admit(gate!, "192.0.2.1");
  assertEquals(heldBy(memory), 3);
  one.leave();
  assertEquals(heldBy(memory), 0);
});

Deno.test("Gate: the limit of the process holds over all listeners, and is given back", () => {
  const plan = planOf({ ":1": {}, ":2": { maxConnections: 2 } }, 3);
  const [one, two] = gatesOf(plan, new LimitLedger().open(plan));
  const open = [admit(one!, "a"), admit(one!, "b"), admit(two!, "c")];
  assert(open.every((admission) => admission instanceof Admission));
  const full = "max_connections 3 of all servers reached";
  assertEquals([admit(one!, "d"), admit(two!, "d")], [full, full]);
  (open[0] as Admission).leave();
  assert(admit(two!, "e") instanceof Admission);
  assertEquals(admit(two!, "f"), "max_connections 2 reached");
});

Deno.test("Admission: totals at the accept, the client's own behind a PROXY header", () => {
  const gate = gateOf({ maxConnections: 2, maxConnectionsPerIp: 1 });
  const [a, b, c] = [1, 2, 3].map(() => new Admission(gate));
  assertEquals([a!.enter(), b!.enter()], [null, null]);
  assertEquals(c!.enter(), "max_connections 2 reached");
  assertEquals(a!.identify("192.0.2.1"), null);
  assertEquals(b!.identify("192.0.2.1"), "max_connections_per_ip 1 reached");
  c!.leave();
  b!.leave();
  assertEquals(c!.enter(), null);
  assertEquals(c!.identify("192.0.2.2"), null);
});

Deno.test("LimitLedger: what an old data plane holds counts for a new one, until it is reclaimed", () => {
  const ledger = new LimitLedger();
  const plan = planOf({ ":1": { maxConnectionsPerIp: 2 } }, 9);
  const [old, young] = [ledger.open(plan), ledger.open(plan)];
  const [before] = gatesOf(plan, old);
  const [after] = gatesOf(plan, young);
  assert(admit(before!, "192.0.2.1") instanceof Admission);
  assert(admit(after!, "192.0.2.1") instanceof Admission);
  assertEquals(admit(after!, "192.0.2.1"), "max_connections_per_ip 2 reached");
  ledger.reclaim(old);
  ledger.reclaim(old);
  assert(admit(after!, "192.0.2.1") instanceof Admission);
  assertEquals(admit(after!, "192.0.2.1"), "max_connections_per_ip 2 reached");
  assertEquals(new Int32Array(young.all)[0], 2);
});

Deno.test("LimitLedger: a listener keeps its counts when its place in the Plan changes", () => {
  const ledger = new LimitLedger();
  const one = planOf({ ":1": { maxConnections: 1 } });
  const two = planOf({ ":2": {}, ":1": { maxConnections: 1 } });
  const [before] = gatesOf(one, ledger.open(one));
  const held = admit(before!, "");
  assert(held instanceof Admission);
  const [other, after] = gatesOf(two, ledger.open(two));
  assert(admit(other!, "") instanceof Admission);
  assertEquals(admit(after!, ""), "max_connections 1 reached");
  held.leave();
  assert(admit(after!, "") instanceof Admission);
});
