/** Crashes that do not end: the pauses grow, and then the program ends. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { namedEcho } from "../support/services.ts";
import { within } from "../support/wait.ts";
import { crash, startCrashing } from "./fixtures/crashing_process.ts";

/** The pause after each crash but the last, in seconds. */
const PAUSES = [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2];

/** Makes the one worker die; resolves with whether there was a socket at all. */
async function isCrashed(port: number): Promise<boolean> {
  try {
    await crash(port, "timer");
    return true;
  } catch (error) {
    assert(error instanceof Deno.errors.ConnectionRefused, String(error));
    return false;
  }
}

Deno.test("crash: one after the other, they are answered by longer pauses and in the end by exit 1", async () => {
  await using echo = namedEcho("echo");
  await using file = await configFile();
  await using passthru = await startCrashing(echo, file);
  let crashes = 0;
  while (await isCrashed(passthru.ports[0]!)) crashes++;
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
  assertMatch(String(stopping["error"]), /^Workers crash repeatedly: 9 /);
  const last = crashed.at(-1)!;
  assert(!("retry_seconds" in last), "it says so, but does not try again");
});
