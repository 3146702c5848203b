import { assert, assertEquals } from "@std/assert";
import {
  DescriptorReserve,
  grownRoom,
} from "../../src/control/descriptor_reserve.ts";
import { freeDescriptors } from "../../src/net/free_descriptors.ts";
import { Logger } from "../../src/observe/log.ts";
import { Room } from "../../src/proxy/room.ts";
import { until } from "../support/wait.ts";

/** So many free ones are no limit. */
const PLENTY = 4096;

Deno.test("the room for connections grows to all that there ever was, and no further", () => {
  const most = 100;
  assertEquals(grownRoom(50, { free: 0, most }), 50);
  assertEquals(grownRoom(50, { free: 7, most }), 53);
  assertEquals(grownRoom(98, { free: 12, most }), most);
  assertEquals(grownRoom(most, { free: 12, most }), most);
});

Deno.test("the room for connections is limited until it is known that there is plenty", async () => {
  const file = "/dev/null";
  const memory = {
    open: new SharedArrayBuffer(4),
    ceiling: new SharedArrayBuffer(4),
  };
  const room = new Room(memory);
  const logger = new Logger({ write: () => {} });
  const reserve = new DescriptorReserve({ file, logger });
  reserve.start(memory);
  try {
    const first = await until("a limit", () => room.ceiling);
    assert(first <= 512, `${first}`);
    const isPlenty = freeDescriptors(file, PLENTY) === PLENTY;
    // A burst that fills it before anybody looks.
    Atomics.store(new Int32Array(memory.open), 0, first);
    assert(!room.isLeft);
    await until("another", () => room.ceiling === first ? null : "other");
    assertEquals(room.ceiling === null, isPlenty);
  } finally {
    reserve.stop();
  }
});
