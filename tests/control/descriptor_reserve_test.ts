import { assertEquals } from "@std/assert";
import { grownRoom } from "../../src/control/descriptor_reserve.ts";

Deno.test("the room for connections grows to all that there ever was, and no further", () => {
  const most = 100;
  assertEquals(grownRoom(50, { free: 0, most }), 50);
  assertEquals(grownRoom(50, { free: 7, most }), 53);
  assertEquals(grownRoom(98, { free: 12, most }), most);
  assertEquals(grownRoom(most, { free: 12, most }), most);
});
