/** As many workers as were asked for, and all of them at work. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { configFile, reload } from "../support/config_file.ts";
import { connectionLines } from "../support/connection_lines.ts";
import { Load } from "../support/load.ts";
import { withDetectors } from "../support/more_detectors.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { untilPlanes } from "../support/threads.ts";

const CONNECTIONS = 1_500;
const AT_A_TIME = 60;

Deno.test("workers: -w 3 are three that share the connections, each with a number of its own", async () => {
  await using echo = namedEcho("echo");
  await using file = await configFile();
  const builtins = new URL("fixtures/naming_builtins.ts", import.meta.url);
  await using passthru = await startPassthru(
    oneServer({ ASK: forwardTo(echo.address) }),
    {
      file: file.path,
      program: await withDetectors(file.folder, builtins),
      args: ["-w", "3"],
    },
  );
  await untilPlanes(passthru.pid, 3);
  await using load = new Load({
    port: passthru.ports[0]!,
    parallel: AT_A_TIME,
  });
  await load.more(CONNECTIONS);
  await load.stop();
  assertEquals(load.failures, []);
  const lines = await connectionLines(passthru, load.ended);
  assertEquals(
    lines.map(({ conn }) => conn),
    Array.from({ length: load.ended }, (_, i) => i + 1),
  );
  const byWorker = Map.groupBy(lines, ({ worker }) => worker);
  assertEquals(byWorker.size, 3, "workers with connections");
  for (const [worker, { length }] of byWorker) {
    assert(length >= load.ended / 50, `${worker} has only ${length}`);
  }
});

Deno.test("workers: a reload changes how many there are", async () => {
  await using echo = namedEcho("echo");
  const config = (workers: number) => ({
    ...oneServer({ CATCHALL: forwardTo(echo.address) }) as object,
    workers,
  });
  await using file = await configFile();
  await using passthru = await startPassthru(config(2), { file: file.path });
  await untilPlanes(passthru.pid, 2);
  for (const workers of [4, 1]) {
    const line = await reload(passthru, file, config(workers));
    assertMatch(
      String(line["changes"]),
      new RegExp(`^workers \\d -> ${workers}$`),
    );
    await untilPlanes(passthru.pid, workers);
  }
});
