/** Crashes that do not end: the pauses grow, and then the program ends. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { connectLocal } from "../support/dialogue.ts";
import { withDetectors } from "../support/more_detectors.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";
import { boom } from "./fixtures/crashing.ts";

/** The pause after each crash but the last, in seconds. */
const PAUSES = [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2];

/** Makes the one worker die; resolves with whether there was a socket at all. */
async function crash(port: number): Promise<boolean> {
  try {
    const conn = await connectLocal(port);
    await writeAll(conn, bytesOf(boom("timer"))).catch(() => {});
    await within("the crash", readAll(conn).catch(() => {}));
    conn.close();
    return true;
  } catch (error) {
    assert(error instanceof Deno.errors.ConnectionRefused, String(error));
    return false;
  }
}

Deno.test("crash: one after the other, they are answered by longer pauses and in the end by exit 1", async () => {
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
  let crashes = 0;
  while (await crash(passthru.ports[0]!)) crashes++;
  assertEquals(await within("the end", passthru.exit), 1);
  const { lines } = passthru;
  const crashed = lines.filter(({ msg }) => msg === "worker crashed");
  assertEquals(crashed.length, PAUSES.length + 1);
  assertEquals(
    crashed.map((line) => line["crashes"]),
    crashed.map((_, i) => i + 1),
  );
  assertEquals(
    crashed.slice(0, -1).map((line) => line["retry_seconds"]),
    PAUSES,
  );
  assert(crashes >= crashed.length, `${crashes} connections`);
  const stopping = lines.find(({ msg }) => msg === "stopping")!;
  assertEquals(stopping["level"], "error");
  assertMatch(String(stopping["error"]), /^Workers crash again and again: 9 /);
  const last = crashed.at(-1)!;
  assert(!("retry_seconds" in last), "it says so, but does not try again");
});
