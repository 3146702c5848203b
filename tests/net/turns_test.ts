import { assertEquals } from "@std/assert";
import { Turns } from "../../src/net/turns.ts";

Deno.test("Turns are given up to their number, then in the order of asking", async () => {
  const turns = new Turns(2);
  const taken: number[] = [];
  const all = [1, 2, 3, 4].map((n) => turns.take().then(() => taken.push(n)));
  await Promise.all(all.slice(0, 2));
  assertEquals(taken, [1, 2]);
  turns.giveBack();
  await all[2];
  assertEquals(taken, [1, 2, 3]);
  turns.giveBack();
  await all[3];
  assertEquals(taken, [1, 2, 3, 4]);
});

Deno.test("Turns that were given back can be taken again", async () => {
  const turns = new Turns(1);
  for (let times = 0; times < 3; times++) {
    await turns.take();
    turns.giveBack();
  }
});
