/** Crowds of clients that leave at once, in front of one that wants an answer. */
import { assertEquals } from "@std/assert";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { connectAndReset } from "../support/reset.ts";
import { bytesOf, writeAll } from "../support/tcp.ts";
import { whileStopped } from "../support/threads.ts";
import { until, within } from "../support/wait.ts";

/** So many have room in the queue of a listener. */
const CLIENTS = 400;

/** How clients leave, and the log lines that they leave. */
const WAYS: readonly {
  readonly name: string;
  leave(port: number): Promise<void>;
  isOf(line: Readonly<Record<string, unknown>>): boolean;
}[] = [{
  name: "have reset",
  leave: (port) => connectAndReset(port, new Uint8Array()),
  isOf: ({ msg }) => msg === "client gone before it was accepted",
}, {
  name: "have sent a request and reset",
  leave: (port) => connectAndReset(port, bytesOf("SSH-2.0-gone\r\n")),
  isOf: ({ msg }) => msg === "client gone before it was accepted",
}, {
  name: "have closed without a byte",
  leave: async (port) => (await connectLocal(port)).close(),
  isOf: ({ reason }) => reason === "client_eof",
}];

for (const { name, leave, isOf } of WAYS) {
  Deno.test(`flood: who is in the queue behind clients that ${name} is served, without a pause`, async () => {
    await using echo = promptEcho("echo");
    await using passthru = await startPassthru(
      oneServer({ SSH: forwardTo(echo.address) }),
      { args: ["--log-level", "debug", "-w", "1"] },
    );
    const { ports: [port], pid, lines } = passthru;
    using client = await whileStopped(pid, async () => {
      for (let i = 0; i < CLIENTS; i++) await leave(port!);
      return await connectLocal(port!);
    });
    await writeAll(client, bytesOf("SSH-2.0-x\r\n"));
    await within("an answer", expectText(client, "echo:SSH-2.0-x\r\n"));
    await until("a line of each client that has left", () => {
      return lines.filter(isOf).length === CLIENTS ? true : null;
    });
    assertEquals(lines.filter(({ msg }) => msg === "accept failed"), []);
  });
}
