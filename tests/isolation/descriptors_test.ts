/** What a process goes on doing that has no more descriptors. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { adminPort } from "../support/admin_client.ts";
import { configFile, reload } from "../support/config_file.ts";
import { connectLocal } from "../support/dialogue.ts";
import { withDetectors } from "../support/more_detectors.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { programTest, runWell } from "../support/programs.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, textOf, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import { boom } from "./fixtures/crashing.ts";

/** Enough to start with, and for some thirty connections. */
const UNDER = ["prlimit", "--nofile=128"];
/** More than that, so that some have to wait. */
const CLIENTS = 100;
/** As many as make passthru count all descriptors. */
const FIRST = 40;
/** Half-sent requests to the admin port. */
const HALF = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
const HALVES = 400;

/** Connections that are closed in the end. */
class Clients implements Disposable {
  readonly conns: Deno.TcpConn[] = [];

  async add(port: number, opening: string): Promise<Deno.TcpConn> {
    const conn = await connectLocal(port);
    this.conns.push(conn);
    await writeAll(conn, bytesOf(opening)).catch(() => {});
    return conn;
  }

  [Symbol.dispose](): void {
    for (const conn of this.conns.splice(0)) conn.close();
  }
}

/** Takes all that there is, until the log says so. */
async function fill(
  passthru: PassthruProcess,
  clients: Clients,
  count = CLIENTS,
): Promise<void> {
  for (let i = 0; i < count; i++) await clients.add(passthru.ports[0]!, "x");
  await passthru.line(({ msg }) =>
    msg === "out of descriptors, new connections wait"
  );
}

/** The status of an answer of the admin server. */
async function statusOf(port: number, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  await response.body?.cancel();
  return response.status;
}

programTest(
  ["prlimit"],
  "descriptors: when connections have used them up, nobody is lost and the admin server answers all the same",
  async () => {
    await using echo = namedEcho("echo");
    await using file = await configFile();
    const config = (more: object) => ({
      ...oneServer({ CATCHALL: forwardTo(echo.address, more) }) as object,
      admin: { listen: "127.0.0.1:0" },
      workers: 2,
    });
    await using passthru = await startPassthru(config({}), {
      file: file.path,
      under: UNDER,
    });
    const admin = await adminPort(passthru);
    using clients = new Clients();
    await fill(passthru, clients);
    using slow = new Clients();
    for (let i = 0; i < HALVES; i++) await slow.add(admin, HALF);
    for (let i = 0; i < 5; i++) {
      for (const path of ["/healthz", "/readyz", "/api/state", "/metrics"]) {
        assertEquals(await statusOf(admin, path), 200, path);
      }
    }
    // To start workers now would end the process.
    const line = await reload(
      passthru,
      file,
      config({ connect_timeout: "7s" }),
    );
    assertMatch(
      String(line["error"]),
      /^Cannot start 2 workers: too many open files, \d+ more are needed/,
    );
    // Nobody was refused: the others come to their turn.
    for (const conn of clients.conns) await conn.closeWrite();
    for (const conn of clients.conns) {
      const answer = await within("an answer", readAll(conn));
      assertEquals(textOf(answer), "echo:x");
    }
    const again = await until("room for workers", async () => {
      const ended = await reload(
        passthru,
        file,
        config({ connect_timeout: "7s" }),
      );
      return ended["msg"] === "reloaded" ? ended : null;
    });
    assertEquals(again["generation"], 2);
    const errors = passthru.lines.filter(({ reason }) =>
      reason === "dial_failed"
    );
    assertEquals(errors, []);
  },
);

programTest(
  ["prlimit", "sh"],
  "descriptors: where there are more than the first connections need, all are counted in time",
  async () => {
    await using echo = namedEcho("echo");
    await using file = await configFile();
    await using passthru = await startPassthru(
      oneServer({ CATCHALL: forwardTo(echo.address) }),
      {
        file: file.path,
        under: ["prlimit", "--nofile=1200"],
        args: ["-w", "1"],
      },
    );
    const untilHeld = (count: number) =>
      until(`${count} that are held`, async () => {
        // One may be closed while they are listed.
        const list = `ls -l /proc/${passthru.pid}/fd 2>/dev/null || true`;
        const files = await runWell("sh", ["-c", list]);
        return files.text.split("jsonc").length === count + 1 || null;
      });
    await untilHeld(16);
    using clients = new Clients();
    for (let i = 0; i < FIRST; i++) await clients.add(passthru.ports[0]!, "x");
    // None are held where the room is known.
    await untilHeld(0);
    await fill(passthru, clients, 600);
    for (const conn of clients.conns) await conn.closeWrite();
    for (const conn of clients.conns) {
      assertEquals(textOf(await within("an answer", readAll(conn))), "echo:x");
    }
  },
);

programTest(
  ["prlimit"],
  "descriptors: a worker that crashes while there are none is replaced",
  async () => {
    await using echo = namedEcho("echo");
    await using file = await configFile();
    const builtins = new URL("fixtures/crashing_builtins.ts", import.meta.url);
    await using passthru = await startPassthru({
      ...oneServer({
        CRASH: forwardTo(echo.address),
        CATCHALL: forwardTo(echo.address),
      }) as object,
      workers: 2,
    }, {
      file: file.path,
      under: UNDER,
      program: await withDetectors(file.folder, builtins),
    });
    const [port] = passthru.ports as [number];
    using clients = new Clients();
    // It is sent on only when everything is used up.
    const bomb = await clients.add(port, "boom ");
    await fill(passthru, clients);
    await writeAll(bomb, bytesOf(boom("timer").slice("boom ".length)));
    await passthru.line(({ msg }) => msg === "worker crashed");
    await within("the end of its connection", readAll(bomb).catch(() => {}));
    using later = new Clients();
    // One that waited in the queue since.
    const conn = await later.add(port, "y");
    clients[Symbol.dispose]();
    await conn.closeWrite();
    assertEquals(textOf(await within("an answer", readAll(conn))), "echo:y");
    assert(!passthru.lines.some(({ msg }) => msg === "stopping"));
  },
);
