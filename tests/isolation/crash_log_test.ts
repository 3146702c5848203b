/** What a worker has logged before it crashes is not lost with it. */
import { assert } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { connectLocal } from "../support/dialogue.ts";
import { ask } from "../support/load.ts";
import { withDetectors } from "../support/more_detectors.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";
import { boom, CRASHES } from "./fixtures/crashing.ts";

/** Connections before each crash: their lines are still waiting then. */
const ASKED = 30;

Deno.test("crash: the lines of connections that ended before it are in the log, in front of it", async () => {
  await using echo = namedEcho("echo");
  await using file = await configFile();
  const builtins = new URL("fixtures/crashing_builtins.ts", import.meta.url);
  await using passthru = await startPassthru(
    oneServer({ CRASH: forwardTo(echo.address) }),
    {
      file: file.path,
      program: await withDetectors(file.folder, builtins),
      args: ["-w", "1"],
    },
  );
  const port = passthru.ports[0]!;
  for (const [nth, how] of CRASHES.entries()) {
    for (let i = 0; i < ASKED; i++) await ask(port, `ask ${i}\n`);
    const conn = await connectLocal(port);
    await writeAll(conn, bytesOf(boom(how)));
    await within("the crash", readAll(conn).catch(() => {}));
    conn.close();
    const crash = await passthru.line(({ crashes }) => crashes === nth + 1);
    const ended = passthru.lines.slice(0, passthru.lines.indexOf(crash))
      .filter(({ msg, bytes_up }) => msg === "connection" && bytes_up !== 0);
    assert(ended.length >= ASKED * (nth + 1), `${ended.length} lines`);
  }
});
