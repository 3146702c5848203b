/** How connections end, in order and otherwise, through a passthru process. */
import { assertEquals } from "@std/assert";
import { helloRecord } from "../support/client_hello.ts";
import { connectionLines } from "../support/connection_lines.ts";
import {
  connectLocal,
  expectEnd,
  expectText,
  promptEcho,
} from "../support/dialogue.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { openDescriptors } from "../support/proc.ts";
import { programTest } from "../support/programs.ts";
import { connectAndReset, resettingService } from "../support/reset.ts";
import { namedEcho, service } from "../support/services.ts";
import {
  bytesOf,
  closedPort,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";

const VANISHING_CLIENTS = 40;

Deno.test("endings: a client that ends its side first still gets the whole answer", async () => {
  await using echo = namedEcho("echo");
  await using passthru = await startPassthru(
    oneServer({ SSH: forwardTo(echo.address) }),
  );
  using conn = await connectLocal(passthru.ports[0]!);
  const text = `SSH-2.0-x\r\n${"y".repeat(1_000_000)}`;
  const reading = within("the answer", readAll(conn));
  await writeAll(conn, bytesOf(text));
  await conn.closeWrite();
  assertEquals(textOf(await reading), `echo:${text}`);
  const [line] = await connectionLines(passthru, 1);
  assertEquals(line!["reason"], "client_eof");
});

Deno.test("endings: a target that ends its side first still gets all that the client sends", async () => {
  const got = Promise.withResolvers<string>();
  await using target = service(async (conn) => {
    await writeAll(conn, bytesOf("all from me"));
    await conn.closeWrite();
    got.resolve(textOf(await readAll(conn)));
  });
  await using passthru = await startPassthru(
    oneServer({ SSH: forwardTo(target.address) }),
  );
  using conn = await connectLocal(passthru.ports[0]!);
  await writeAll(conn, bytesOf("SSH-2.0-x\r\n"));
  const answer = await within("the target's end", readAll(conn));
  assertEquals(textOf(answer), "all from me");
  const rest = "z".repeat(1_000_000);
  await writeAll(conn, bytesOf(rest));
  await conn.closeWrite();
  assertEquals(
    await within("what the target got", got.promise),
    `SSH-2.0-x\r\n${rest}`,
  );
  const [line] = await connectionLines(passthru, 1);
  assertEquals(line!["reason"], "target_eof");
});

programTest(
  ["ls"],
  "endings: clients that vanish at once do not disturb the others",
  async () => {
    await using echo = promptEcho("echo");
    await using passthru = await startPassthru(
      oneServer({ TLS: forwardTo(echo.address), SSH: forwardTo(echo.address) }),
      // Who has sent nothing is a line for debug.
      { args: ["--log-level", "debug"] },
    );
    const { pid, ports: [port] } = passthru;
    using steady = await connectLocal(port!);
    await writeAll(steady, bytesOf("SSH-2.0-steady\r\n"));
    await expectText(steady, "echo:SSH-2.0-steady\r\n");
    const before = await openDescriptors(pid);
    const vanishing = within("vanishing clients", vanish(port!, pid, before));
    for (let i = 0; i < 200; i++) {
      await writeAll(steady, bytesOf(`line ${i}\n`));
      await within("an echo", expectText(steady, `line ${i}\n`));
    }
    await vanishing;
    const lines = await connectionLines(passthru, 2 * VANISHING_CLIENTS);
    const count = (wanted: string) =>
      lines.filter(({ reason }) => reason === wanted).length;
    assertEquals(count("client_eof"), VANISHING_CLIENTS);
    assertEquals(count("client_reset"), VANISHING_CLIENTS);
    await until(`${before} descriptors again`, async () => {
      return await openDescriptors(pid) === before ? true : null;
    });
    await writeAll(steady, bytesOf("still here"));
    await within("an echo", expectText(steady, "still here"));
  },
);

Deno.test("endings: a target that is down is named with the cause, and the others are still served", async () => {
  await using echo = namedEcho("echo");
  const down = `127.0.0.1:${closedPort()}`;
  await using passthru = await startPassthru(
    oneServer({ SSH: forwardTo(down), CATCHALL: forwardTo(echo.address) }),
  );
  const port = passthru.ports[0]!;
  for (let i = 0; i < 3; i++) {
    using conn = await connectLocal(port);
    await writeAll(conn, bytesOf("SSH-2.0-x\r\n"));
    await within("the end", expectEnd(conn));
  }
  for (const line of await connectionLines(passthru, 3)) {
    const { level, reason, target, error, rule } = line;
    assertEquals({ level, reason, target, error, rule }, {
      level: "warn",
      reason: "dial_failed",
      target: down,
      error: `Cannot dial ${down}: connection refused`,
      rule: "SSH/CATCHALL",
    });
  }
  await assertServes(port);
});

Deno.test("endings: a target that resets in the middle ends the client's connection, and the others are still served", async () => {
  await using breaking = await resettingService(bytesOf("so far"));
  await using echo = namedEcho("echo");
  await using passthru = await startPassthru(
    oneServer({
      SSH: forwardTo(breaking.address),
      CATCHALL: forwardTo(echo.address),
    }),
  );
  const port = passthru.ports[0]!;
  using conn = await connectLocal(port);
  await writeAll(conn, bytesOf("SSH-2.0-x\r\n"));
  await within("the first bytes", expectText(conn, "so far"));
  await writeAll(conn, bytesOf("more"));
  await within("the end", expectEnd(conn));
  const [line] = await connectionLines(passthru, 1);
  const { level, reason, target, error, bytes_down } = line!;
  assertEquals({ level, reason, target, error, bytes_down }, {
    level: "warn",
    reason: "target_reset",
    target: breaking.address,
    error: "connection reset",
    bytes_down: 6,
  });
  await assertServes(port);
});

Deno.test("endings: a client that resets in the middle ends the target's connection", async () => {
  const heard = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  await using target = service(async (conn) => {
    const got = await readExactly(conn, 11);
    assertEquals(textOf(got), "SSH-2.0-x\r\n");
    heard.resolve();
    await expectEnd(conn).then(ended.resolve, ended.reject);
  });
  await using passthru = await startPassthru(
    oneServer({ SSH: forwardTo(target.address) }),
  );
  const greeting = bytesOf("SSH-2.0-x\r\n");
  await connectAndReset(
    passthru.ports[0]!,
    greeting,
    within("the target to hear the client", heard.promise),
  );
  await within("the target's connection to end", ended.promise);
  const [line] = await connectionLines(passthru, 1);
  const { level, reason, bytes_up } = line!;
  assertEquals({ level, reason, bytes_up }, {
    level: "info",
    reason: "client_reset",
    bytes_up: greeting.length,
  });
});

/** Checks that the catch-all still gives an answer. */
async function assertServes(port: number): Promise<void> {
  using conn = await connectLocal(port);
  await writeAll(conn, bytesOf("\x00still"));
  await conn.closeWrite();
  assertEquals(
    textOf(await within("an answer", readAll(conn))),
    "echo:\x00still",
  );
}

/** Clients that close at once, and clients that reset in their hello. */
async function vanish(port: number, pid: number, open: number): Promise<void> {
  for (let i = 0; i < VANISHING_CLIENTS; i++) {
    (await connectLocal(port)).close();
  }
  const hello = helloRecord().subarray(0, 40);
  const resets = Promise.withResolvers<void>();
  const resetting = Array.from(
    { length: VANISHING_CLIENTS },
    () => connectAndReset(port, hello, resets.promise),
  );
  try {
    await until("all of them to be accepted", async () => {
      const wanted = open + VANISHING_CLIENTS;
      return await openDescriptors(pid) === wanted ? true : null;
    });
  } finally {
    resets.resolve();
    await Promise.all(resetting);
  }
}
