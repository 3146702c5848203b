import { assertEquals } from "@std/assert";
import { FlowTable, type TableFlow } from "../../src/datagram/flow_table.ts";

interface TestFlow extends TableFlow<TestFlow> {
  readonly name: string;
}

function flow(name: string, key = name): TestFlow {
  return { name, key, older: null };
}

Deno.test("FlowTable: an address has several flows, the newest first", () => {
  const table = new FlowTable<TestFlow>();
  const [a, b, c] = [flow("a", "x"), flow("b", "x"), flow("c", "x")];
  for (const each of [a, b, c]) table.add(each);
  assertEquals(table.at("x"), c);
  assertEquals(table.find("x", ({ name }) => name === "a"), a);
  assertEquals(table.find("x", ({ name }) => name === "d"), null);
  assertEquals([...table].map(({ name }) => name), ["c", "b", "a"]);
  table.remove(b);
  assertEquals([...table].map(({ name }) => name), ["c", "a"]);
  table.remove(c);
  assertEquals(table.at("x"), a);
  table.remove(a);
  assertEquals([table.at("x"), table.size], [undefined, 0]);
});

Deno.test("FlowTable: who was never answered goes first, then who has not shown to be there", () => {
  const table = new FlowTable<TestFlow>();
  const flows = ["a", "b", "c", "d"].map((name) => flow(name));
  for (const each of flows) table.add(each);
  const [a, b, c, d] = flows as [TestFlow, TestFlow, TestFlow, TestFlow];
  table.raise(a, "answered");
  table.raise(a, "established");
  table.raise(c, "answered");
  const order: string[] = [];
  for (let next = table.leastSure; next !== null; next = table.leastSure) {
    order.push(next.name);
    table.remove(next);
  }
  assertEquals(order, [b.name, d.name, c.name]);
  assertEquals([...table], [a]);
});
