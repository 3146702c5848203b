import { assertEquals } from "@std/assert";
import { ServiceSlots } from "../../../src/upstream/discovery/service_slots.ts";

/** First slot of the service in its table. */
const FIRST = 10;

function found(...names: readonly string[]) {
  return names.map((hostname) => ({
    hostname,
    port: 80,
    weight: 1,
    priority: 0,
  }));
}

function service(size: number) {
  const busy = new Set<number>();
  const forgotten: number[] = [];
  const numbers = Array.from({ length: size }, (_, i) => FIRST + i);
  const slots = new ServiceSlots(numbers, {
    connections: (slot) => busy.has(slot) ? 1 : 0,
    forget: (slot) => forgotten.push(slot),
  });
  const place = (...names: readonly string[]) => {
    const { placed, left } = slots.place(found(...names));
    return {
      slots: placed.map(({ target, slot }) =>
        `${target.address.hostname} ${slot}`
      ),
      left: left.map(({ hostname }) => hostname),
    };
  };
  return { slots, numbers, busy, forgotten, place };
}

Deno.test("ServiceSlots: a target keeps its slot, and gets it back when it returns", () => {
  const { place, forgotten } = service(4);
  assertEquals(place("a", "b").slots, ["a 10", "b 11"]);
  assertEquals(place("c", "b").slots, ["c 12", "b 11"]);
  assertEquals(place("b", "a", "c").slots, ["b 11", "a 10", "c 12"]);
  // What is known is forgotten where somebody new begins, and there alone.
  assertEquals(forgotten, [10, 11, 12]);
});

Deno.test("ServiceSlots: a slot is reused when its connections have ended, the one left longest ago first", () => {
  const { place, busy, forgotten } = service(3);
  place("a", "b", "c");
  place("b", "c");
  place("c");
  busy.add(10);
  forgotten.length = 0;
  assertEquals(place("c", "d").slots, ["c 12", "d 11"]);
  assertEquals(forgotten, [11]);
  assertEquals(place("c", "d", "e"), {
    slots: ["c 12", "d 11"],
    left: ["e"],
  });
  busy.clear();
  assertEquals(place("c", "d", "e"), {
    slots: ["c 12", "d 11", "e 10"],
    left: [],
  });
});

Deno.test("ServiceSlots: a slot is not given away in the change that leaves it", () => {
  const { place } = service(1);
  place("a");
  assertEquals(place("b"), { slots: [], left: ["b"] });
  assertEquals(place("b"), { slots: ["b 10"], left: [] });
});

Deno.test("ServiceSlots: the next generation goes on with the same slots", () => {
  const before = service(3);
  before.place("a", "b");
  before.place("b");
  const { slots, place, forgotten } = service(3);
  slots.adopt(before.slots);
  assertEquals(place("b", "c", "d", "a"), {
    slots: ["b 11", "c 12", "a 10"],
    left: ["d"],
  });
  assertEquals(forgotten, [12]);
});
