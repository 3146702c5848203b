/** A flood of connections that fail the same way does not fill the log. */
import { assert, assertEquals } from "@std/assert";
import { connectLocal } from "../support/dialogue.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { bytesOf, closedPort, readAll, writeAll } from "../support/tcp.ts";

const FLOOD = 400;
const WORKERS = 2;

/** A connection whose target cannot be dialled. */
async function fail(port: number): Promise<void> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf("x"));
  await readAll(conn).catch(() => {});
  conn.close();
}

Deno.test("log: of a flood of equal warnings some are written and all are accounted for", async () => {
  await using passthru = await startPassthru(
    oneServer({ CATCHALL: forwardTo(`127.0.0.1:${closedPort()}`) }),
    { args: ["-w", `${WORKERS}`] },
  );
  const port = passthru.ports[0]!;
  const start = performance.now();
  for (let i = 0; i < FLOOD; i += 20) {
    await Promise.all(Array.from({ length: 20 }, () => fail(port)));
  }
  const seconds = (performance.now() - start) / 1_000;
  passthru.kill("SIGTERM");
  assertEquals(await passthru.exit, 0);
  await passthru.line(({ msg }) => msg === "stopped");
  const failed = passthru.lines.filter(({ reason }) =>
    reason === "dial_failed"
  );
  const sums = failed.filter((line) => "more" in line);
  const more = sums.reduce((sum, line) => sum + Number(line["more"]), 0);
  assertEquals(failed.length - sums.length + more, FLOOD);
  assert(sums.length > 0);
  for (const line of sums) {
    assertEquals(line["msg"], `and ${line["more"]} more like this`);
    assertEquals(
      [line["level"], line["of"], line["rule"]],
      ["warn", "connection", "CATCHALL/CATCHALL"],
    );
  }
  // A second begins with a line, and one may have begun at each end.
  const most = 20 * WORKERS * (Math.ceil(seconds) + 1);
  assert(failed.length - sums.length <= most, `${failed.length} lines`);
});
