/** What people read for what the runtime threw. */
import { assertEquals } from "@std/assert";
import { errorText } from "../src/errors.ts";

Deno.test("errorText(): a target that resets before Deno has asked for its address", () => {
  const error = Object.assign(
    new Deno.errors.NotConnected(
      "Transport endpoint is not connected (os error 107)",
    ),
    { code: "ENOTCONN" },
  );
  assertEquals(errorText(error), "reset as soon as it was connected");
});

Deno.test("errorText(): what has no word keeps the runtime's", () => {
  assertEquals(errorText(new Error("something else")), "something else");
  assertEquals(errorText("no error"), "no error");
});
