import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { program, programs, run } from "../support/programs.ts";

Deno.test("a test whose program is missing is left out, but fails in CI", () => {
  const names = ["sh", "passthru-no-such-program"];
  const missing = ["passthru-no-such-program"];
  assertEquals(programs(names, false), { ignore: true, missing });
  assertEquals(programs(names, true), { ignore: false, missing });
  assertEquals(programs(["sh"], false), { ignore: false, missing: [] });
  assertThrows(
    () => program("passthru-no-such-program"),
    Error,
    "is not installed",
  );
});

Deno.test("a program that does not end is killed", async () => {
  await assertRejects(
    () => run("sleep", ["60"], { limitMs: 50 }),
    Error,
    "sleep did not end within 50 ms",
  );
});
