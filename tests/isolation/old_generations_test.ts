/** Old configs and what they hold, however often there is a new one. */
import { assertEquals } from "@std/assert";
import type { State } from "../../src/admin/api.ts";
import { adminPort } from "../support/admin_client.ts";
import { configFile, reload } from "../support/config_file.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { bytesOf, writeAll } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

/** Reloads, each while a session is open. */
const RELOADS = 50;
const WORKERS = 1;

Deno.test("reload: of 50 configs with one long session each, no more is left than their workers", async () => {
  await using one = promptEcho("one");
  const config = (nth: number) => ({
    ...oneServer({
      CATCHALL: forwardTo(one.address, { connect_timeout: `${nth + 1}s` }),
    }) as object,
    workers: WORKERS,
    admin: { listen: "127.0.0.1:0" },
    log: { level: "info", format: "json" },
  });
  await using file = await configFile();
  await using passthru = await startPassthru(config(0), { file: file.path });
  const [port] = passthru.ports as [number];
  const admin = await adminPort(passthru);
  const state = async (): Promise<State> =>
    await (await fetch(`http://127.0.0.1:${admin}/api/state`)).json();
  const sessions: Deno.TcpConn[] = [];
  for (let nth = 1; nth <= RELOADS; nth++) {
    const conn = await connectLocal(port);
    sessions.push(conn);
    await writeAll(conn, bytesOf("x"));
    await expectText(conn, "one:x");
    await reload(passthru, file, config(nth));
  }
  const held = await until("idle workers to end", async () => {
    const { workers, old_generations } = await state();
    const isLeast = workers.length === RELOADS + WORKERS;
    return isLeast ? { workers, old_generations } : null;
  });
  assertEquals(
    held.old_generations.map(({ generation, workers, connections }) => [
      generation,
      workers,
      connections,
    ]),
    Array.from({ length: RELOADS }, (_, nth) => [nth + 1, 1, 1]),
  );
  for (const [nth, conn] of sessions.entries()) {
    await writeAll(conn, bytesOf(`still ${nth}`));
    await expectText(conn, `still ${nth}`);
    conn.close();
  }
  await until("all old workers to end", async () => {
    const { workers, old_generations } = await state();
    return workers.length === WORKERS && old_generations.length === 0
      ? true
      : null;
  });
});
