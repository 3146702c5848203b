/** Who reads the log slowly, or not at all, holds up no connection. */
import { assert, assertEquals } from "@std/assert";
import { AdminClient } from "../support/admin_client.ts";
import { samplesOf } from "../support/counted.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { type LogLine, PASSTHRU } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { within } from "../support/wait.ts";

/** Connections whose lines are several times what may wait for a reader. */
const CONNECTIONS = 4_000;
const PARALLEL = 16;
/** A label that makes each line long. */
const NAME = "n".repeat(500);

/** A process whose standard error is read only when asked for. */
class Unread implements AsyncDisposable {
  readonly lines: LogLine[] = [];
  readonly child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(args: readonly string[]) {
    this.child = new Deno.Command(Deno.execPath(), {
      args: [...PASSTHRU, ...args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#reader = this.child.stderr.pipeThrough(new TextDecoderStream())
      .getReader();
  }

  /** Reads until a line fits; `null`: the end came first. */
  async until(fits: (line: LogLine) => boolean): Promise<LogLine | null> {
    for (let at = 0;;) {
      for (; at < this.lines.length; at++) {
        if (fits(this.lines[at]!)) return this.lines[at]!;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      const parts = (this.#rest + value).split("\n");
      this.#rest = parts.pop()!;
      this.lines.push(...parts.map((part) => JSON.parse(part)));
    }
  }

  async [Symbol.asyncDispose]() {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.child.status;
    await this.#reader.cancel();
  }
}

async function start(config: unknown, args: readonly string[]) {
  const file = await Deno.makeTempFile({ suffix: ".jsonc" });
  await Deno.writeTextFile(file, JSON.stringify(config));
  const passthru = new Unread(["-c", file, "--log-format", "json", ...args]);
  const ready = passthru.until(({ msg }) => msg === "ready");
  assert(await within("passthru to be ready", ready));
  await Deno.remove(file);
  const listening = passthru.lines.find(({ msg }) => msg === "listening")!;
  const port = Number(/:(\d+)$/.exec(String(listening["address"]))![1]);
  return { passthru, port };
}

/** Asks on so many connections, several at a time; each must be answered. */
async function askAll(port: number, count: number): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < count) {
      assertEquals(await ask(port, `ask ${++next}`), "echo");
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, client));
}

for (const isolation of ["worker", "none"]) {
  Deno.test(`slow log reader: every connection is served while nobody reads, and then a line says what was dropped (isolation ${isolation})`, async () => {
    await using echo = namedEcho("echo");
    const [adminPort] = freePorts(1) as [number];
    const { passthru: started, port } = await start(
      {
        ...oneServer({
          CATCHALL: forwardTo(echo.address, { name: NAME }),
        }) as object,
        admin: { listen: `127.0.0.1:${adminPort}` },
      },
      ["-w", "1", "--isolation", isolation],
    );
    await using passthru = started;
    await within("the answers", askAll(port, CONNECTIONS), 120_000);
    const told = await within(
      "the line that tells",
      passthru.until((line) => Number(line["dropped"]) > 0),
    );
    assertEquals(told?.["level"], "warn");
    const admin = new AdminClient(adminPort);
    const { log } = await admin.state();
    const metric = "passthru_log_lines_dropped_total";
    const { body } = await admin.get<string>("/metrics");
    assertEquals(samplesOf(body).get(metric), log.dropped);
    passthru.child.kill("SIGTERM");
    await within("the end", passthru.until(() => false));
    assertEquals((await passthru.child.status).code, 0);
    const conns = passthru.lines.filter(({ msg }) => msg === "connection")
      .map(({ conn }) => conn);
    assertEquals(new Set(conns).size, conns.length);
    const dropped = passthru.lines
      .reduce((sum, line) => sum + Number(line["dropped"] ?? 0), 0);
    assertEquals(conns.length + dropped, CONNECTIONS);
    assertEquals(log.dropped, dropped);
    assertEquals(passthru.lines.at(-1)?.["msg"], "stopped");
  });
}

Deno.test("slow log reader: passthru stops although nobody reads", async () => {
  await using echo = namedEcho("echo");
  const { passthru: started, port } = await start(
    oneServer({ CATCHALL: forwardTo(echo.address, { name: NAME }) }),
    ["-w", "2"],
  );
  await using passthru = started;
  await within("the answers", askAll(port, 500), 60_000);
  passthru.child.kill("SIGTERM");
  const { code } = await within("the exit", passthru.child.status);
  assertEquals(code, 0);
});
