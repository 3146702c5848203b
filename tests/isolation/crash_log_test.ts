/** What a worker has logged before it crashes is not lost with it. */
import { assert } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import { namedEcho } from "../support/services.ts";
import { CRASHES } from "./fixtures/crashing.ts";
import { crash, startCrashing } from "./fixtures/crashing_process.ts";

/** Connections before each crash: their lines are still waiting then. */
const ASKED = 30;

Deno.test("crash: the lines of connections that ended before it are in the log, in front of it", async () => {
  await using echo = namedEcho("echo");
  await using file = await configFile();
  await using passthru = await startCrashing(echo, file);
  const port = passthru.ports[0]!;
  for (const [nth, how] of CRASHES.entries()) {
    for (let i = 0; i < ASKED; i++) await ask(port, `ask ${i}\n`);
    await crash(port, how);
    const crashed = await passthru.line(({ crashes }) => crashes === nth + 1);
    const ended = passthru.lines.slice(0, passthru.lines.indexOf(crashed))
      .filter(({ msg, bytes_up }) => msg === "connection" && bytes_up !== 0);
    assert(ended.length >= ASKED * (nth + 1), `${ended.length} lines`);
  }
});
