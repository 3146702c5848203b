/** Clients that are gone before a passthru process accepts them. */
import { assertEquals } from "@std/assert";
import { connectionLines } from "../support/connection_lines.ts";
import { closeQuietly, connectLocal } from "../support/dialogue.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { openDescriptors } from "../support/proc.ts";
import { programTest } from "../support/programs.ts";
import { connectAndReset } from "../support/reset.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, textOf, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";

const GONE = 40;
/** Longest that the next client may wait, in milliseconds. */
const ANSWER_MS = 5_000;

goneTest("reset the connection", async (port) => {
  await connectAndReset(port, new Uint8Array());
});

goneTest("reset the connection after the first bytes", async (port) => {
  await connectAndReset(port, bytesOf("\x16\x03"));
});

goneTest("close the connection", async (port) => {
  closeQuietly(await connectLocal(port));
});

/** Lets clients come and go while passthru is stopped, then another one come. */
function goneTest(what: string, leave: (port: number) => Promise<void>): void {
  const name = `accept: clients that ${what} too early delay nobody`;
  programTest(["ls"], name, async () => {
    await using echo = namedEcho("echo");
    await using passthru = await startPassthru(
      oneServer({ TLS: forwardTo(echo.address), SSH: forwardTo(echo.address) }),
      // One accept loop, so that it meets all of them.
      { args: ["-w=1"] },
    );
    const { pid, ports: [port] } = passthru;
    await within("an answer", ask(port!));
    await connectionLines(passthru, 1);
    const before = await openDescriptors(pid);
    passthru.kill("SIGSTOP");
    try {
      for (let i = 0; i < GONE; i++) await leave(port!);
    } finally {
      passthru.kill("SIGCONT");
    }
    const answer = await within("an answer", ask(port!), ANSWER_MS);
    assertEquals(answer, "echo:SSH-2.0-x\r\n");
    await until(`${before} descriptors again`, async () => {
      return await openDescriptors(pid) === before ? true : null;
    });
  });
}

async function ask(port: number): Promise<string> {
  using conn = await connectLocal(port);
  await writeAll(conn, bytesOf("SSH-2.0-x\r\n"));
  await conn.closeWrite();
  return textOf(await readAll(conn));
}
