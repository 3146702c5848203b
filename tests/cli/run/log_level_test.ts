import { assertEquals } from "@std/assert";
import { configFile, nextLine, reload } from "../../support/config_file.ts";
import { connectLocal } from "../../support/dialogue.ts";
import { forwardTo, oneServer } from "../../support/passthru.ts";
import { type PassthruProcess, startPassthru } from "../../support/process.ts";
import { namedEcho } from "../../support/services.ts";
import { readAll } from "../../support/tcp.ts";
import { within } from "../../support/wait.ts";

/** Connects and leaves without a byte: a line for `debug`. */
async function probe(port: number): Promise<void> {
  const conn = await connectLocal(port);
  await conn.closeWrite();
  await readAll(conn);
  conn.close();
}

/** Lines of probes so far. */
function probes({ lines }: PassthruProcess): number {
  return lines.filter(({ msg, level }) =>
    msg === "connection" && level === "debug"
  ).length;
}

/** Sends SIGUSR2. @returns The level that the line names which says so. */
async function switchLevel(passthru: PassthruProcess): Promise<unknown> {
  const line = nextLine(passthru, ({ msg }) => msg === "log level changed");
  passthru.kill("SIGUSR2");
  return (await within("the line", line))["log_level"];
}

/** Probes until there are so many lines of probes in all. */
async function probeUntil(
  passthru: PassthruProcess,
  count: number,
): Promise<void> {
  while (probes(passthru) < count) {
    const line = nextLine(passthru, ({ msg }) => msg === "connection");
    await probe(passthru.ports[0]!);
    await within("the line of a probe", line);
  }
}

for (const isolation of ["worker", "none"]) {
  Deno.test(`log level: SIGUSR2 logs everything in all data planes, over reloads, and takes it back (isolation ${isolation})`, async () => {
    await using echo = namedEcho("echo");
    await using file = await configFile();
    const config = {
      // With a protocol to identify, a client that says nothing goes nowhere.
      ...oneServer({
        SSH: forwardTo(echo.address),
        CATCHALL: forwardTo(echo.address),
      }) as object,
      workers: 2,
    };
    const args = ["--isolation", isolation];
    await using passthru = await startPassthru(config, {
      file: file.path,
      args,
    });
    await probe(passthru.ports[0]!);
    assertEquals(await switchLevel(passthru), "debug");
    await probeUntil(passthru, 20);
    await reload(passthru, file, { ...config, drain_timeout: "1s" });
    await probeUntil(passthru, 40);
    assertEquals(await switchLevel(passthru), "info");
    for (let i = 0; i < 10; i++) await probe(passthru.ports[0]!);
    assertEquals(await switchLevel(passthru), "debug");
    await probeUntil(passthru, 41);
    passthru.kill("SIGTERM");
    assertEquals(await passthru.exit, 0);
    assertEquals(probes(passthru), 41, "none while it was quiet");
  });
}
