/** A log that nobody reads. */
import { assert, assertEquals } from "@std/assert";
import { ask } from "../../support/load.ts";
import { configFile } from "../../support/config_file.ts";
import { freePorts } from "../../support/free_ports.ts";
import { forwardTo } from "../../support/passthru.ts";
import { PASSTHRU } from "../../support/process.ts";
import { namedEcho } from "../../support/services.ts";
import { until, within } from "../../support/wait.ts";

/** More lines than a pipe takes (64 KiB). */
const CONNECTIONS = 600;
/** What is promised, and what a start of the program may add at most. */
const LIMIT_MS = 1_500;
/** A busy machine may be late, but not each time. */
const TRIES = 5;

for (const isolation of ["worker", "none"]) {
  Deno.test(`log: a stop ends after a second when nobody reads the log (isolation ${isolation})`, async () => {
    const times: number[] = [];
    do times.push(await stopMs(isolation)); while (
      times.at(-1)! > LIMIT_MS && times.length < TRIES
    );
    assert(times.at(-1)! <= LIMIT_MS, `Stops took ${times.join(", ")} ms`);
  });
}

/** Fills the log, stops, and measures how long that takes. */
async function stopMs(isolation: string): Promise<number> {
  const port = freePorts(1)[0]!;
  await using echo = namedEcho("echo");
  await using file = await configFile({
    version: "v1.0.0",
    servers: { [`127.0.0.1:${port}`]: { CATCHALL: forwardTo(echo.address) } },
  });
  const args = ["-c", file.path, "--isolation", isolation];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...PASSTHRU, ...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  try {
    const answers = () => ask(port, "x").then(() => true, () => null);
    await until("it to serve", answers);
    for (let i = 0; i < CONNECTIONS; i++) await ask(port, "x");
    const start = performance.now();
    child.kill("SIGTERM");
    assertEquals((await within("its end", child.status)).code, 0);
    return performance.now() - start;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    await child.stderr.cancel();
    await child.status;
  }
}
