import { assertEquals, assertMatch } from "@std/assert";
import { surviveDefects } from "../../../src/cli/run/defects.ts";
import { Logger } from "../../../src/observe/log.ts";
import { until } from "../../support/wait.ts";

Deno.test("defects: what nobody caught is logged with its stack, and the process goes on", async () => {
  let log = "";
  const logger = new Logger({ write: (lines) => log += lines });
  const logged = async (pattern: RegExp) =>
    await until(`${pattern}`, () => {
      logger.flush();
      return pattern.test(log) ? log : null;
    });
  {
    using _defects = surviveDefects(logger);
    void Promise.reject(new Error("rejected"));
    setTimeout(() => {
      throw new Error("thrown");
    });
    void Promise.reject("a text");
    await logged(/thrown/);
    await logged(/a text/);
  }
  assertMatch(log, /ERROR internal error, .* error="Error: rejected\\n +at /);
  assertEquals(log.trim().split("\n").length, 3);
});
