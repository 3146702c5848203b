import assert from "node:assert/strict";
import { program, programs, run } from "../support/programs.ts";

Deno.test("a test whose program is missing is left out, but fails in CI", () => {
  const names = ["sh", "passthru-no-such-program"];
  const missing = ["passthru-no-such-program"];
  assert.deepEqual(programs(names, false), { ignore: true, missing });
  assert.deepEqual(programs(names, true), { ignore: false, missing });
  assert.deepEqual(programs(["sh"], false), { ignore: false, missing: [] });
  assert.throws(() => program("passthru-no-such-program"), /is not installed/);
});

Deno.test("a program that does not end is killed", async () => {
  await assert.rejects(
    run("sleep", ["60"], { limitMs: 50 }),
    /sleep did not end within 50 ms/,
  );
});
