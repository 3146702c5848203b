import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { freePorts } from "../../support/free_ports.ts";
import { oneServer } from "../../support/passthru.ts";
import { forwardTo } from "../../support/passthru.ts";
import { PASSTHRU, runPassthru, startPassthru } from "../../support/process.ts";
import { namedEcho, service } from "../../support/services.ts";
import {
  bytesOf,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../../support/tcp.ts";
import { within } from "../../support/wait.ts";

const REJECT_ALL = { CATCHALL: { CATCHALL: { action: "REJECT" } } };

async function connect(port: number): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: "127.0.0.1", port });
}

Deno.test("process: serves, logs one line a connection, and stops on SIGTERM with 0", async () => {
  await using echo = namedEcho("echo");
  await using passthru = await startPassthru(
    oneServer({ CATCHALL: forwardTo(echo.address) }),
  );
  const conn = await connect(passthru.ports[0]!);
  await writeAll(conn, bytesOf("hi"));
  await conn.closeWrite();
  assertEquals(textOf(await readAll(conn)), "echo:hi");
  conn.close();
  const line = await passthru.line(({ msg }) => msg === "connection");
  assertEquals(
    [
      line["level"],
      line["rule"],
      line["target"],
      line["bytes_up"],
      line["bytes_down"],
      line["reason"],
    ],
    ["info", "CATCHALL/CATCHALL", echo.address, 2, 7, "client_eof"],
  );
  assertEquals(typeof line["duration_seconds"], "number");
  passthru.kill("SIGTERM");
  assertEquals(await passthru.exit, 0);
  assert(await passthru.line(({ msg }) => msg === "stopped"));
});

Deno.test("process: SIGINT drains; what is still open after drain_timeout is closed", async () => {
  await using stuck = service(async (conn) => {
    await readAll(conn);
  });
  await using passthru = await startPassthru({
    ...oneServer({ CATCHALL: forwardTo(stuck.address) }) as object,
    drain_timeout: "150ms",
  });
  const conn = await connect(passthru.ports[0]!);
  await writeAll(conn, bytesOf("x"));
  passthru.kill("SIGINT");
  assertEquals((await readAll(conn)).length, 0);
  conn.close();
  assertEquals(await passthru.exit, 0);
  const line = await passthru.line(({ msg }) => msg === "connection");
  assertEquals(line["reason"], "drain_deadline");
  assertEquals(
    (await passthru.line(({ msg }) => msg === "stopped"))["closed"],
    1,
  );
});

Deno.test("process: a config from a FIFO is served, and nothing waits for another writer", async () => {
  const dir = await Deno.makeTempDir();
  const fifo = `${dir}/config`;
  const [port] = freePorts(1) as [number];
  const config = {
    version: "v1.0.0",
    servers: { [`127.0.0.1:${port}`]: REJECT_ALL },
    log: { format: "json" },
  };
  try {
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    const child = new Deno.Command(Deno.execPath(), {
      args: [...PASSTHRU, "-c", fifo],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    await Deno.writeTextFile(fifo, JSON.stringify(config));
    const lines = child.stderr.pipeThrough(new TextDecoderStream())
      .getReader();
    for (let text = ""; !text.includes('"ready"');) {
      const { value, done } = await within("ready", lines.read());
      if (done) fail(`It has ended: ${text}`);
      text += value;
    }
    await lines.cancel();
    child.kill("SIGTERM");
    assertEquals((await within("the end", child.status)).code, 0);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("process: a second signal closes now", async () => {
  await using stuck = service(async (conn) => {
    await readAll(conn);
  });
  await using passthru = await startPassthru(
    oneServer({ CATCHALL: forwardTo(stuck.address) }),
    { args: ["--drain-timeout", "1h"] },
  );
  const conn = await connect(passthru.ports[0]!);
  await writeAll(conn, bytesOf("x"));
  passthru.kill("SIGTERM");
  await passthru.line(({ msg }) => msg === "stopping");
  passthru.kill("SIGTERM");
  assertEquals(await passthru.exit, 0);
  assertEquals((await readAll(conn)).length, 0);
  conn.close();
});

Deno.test("process: exit codes for usage, config and start", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${taken.addr.port}`;
  const config = JSON.stringify({
    version: "v0.2.0",
    servers: { [address]: REJECT_ALL },
  });
  const [usage, bad, failed, ok] = await Promise.all([
    runPassthru(["--nope"]),
    runPassthru(["-c", "-"], "{"),
    runPassthru(["-c", "-"], config),
    runPassthru(["check", "-c", "-"], config),
  ]);
  assertEquals(usage.code, 2);
  assertEquals(bad.code, 78);
  assertMatch(bad.stderr, /^<stdin>:1:2: error: /);
  assertEquals(failed.code, 1);
  assertEquals(
    failed.stderr,
    `Cannot listen on "${address}": address already in use\n`,
  );
  assertEquals(ok.code, 0, "check binds nothing");
});

Deno.test("process: -t sets the detection timeout", async () => {
  await using passthru = await startPassthru(
    oneServer({
      options: { detect_timeout: "1h" },
      TLS: { CATCHALL: { action: "REJECT" } },
    }),
    { args: ["-t=75ms", "-w=1"] },
  );
  const conn = await connect(passthru.ports[0]!);
  assertEquals((await readAll(conn)).length, 0);
  conn.close();
  const line = await passthru.line(({ msg }) => msg === "connection");
  assertEquals(line["reason"], "detect_timeout");
  assert(Number(line["detect_seconds"]) >= 0.075);
});

Deno.test("process: -t is also how long a client of a v0.2.0 config may be silent", async () => {
  await using greeter = service((conn) => writeAll(conn, bytesOf("220 hi")));
  const forward = { action: "FORWARD", to_addr: greeter.address };
  const protocols = {
    TLS: { "SNI a.example": forward },
    CATCHALL: { CATCHALL: forward },
  };
  await using passthru = await startPassthru(
    { version: "v0.2.0", servers: { "127.0.0.1:0": protocols } },
    { args: ["-t=75ms", "-w=1"] },
  );
  const conn = await connect(passthru.ports[0]!);
  assertEquals(textOf(await readAll(conn)), "220 hi");
  conn.close();
  const line = await passthru.line(({ msg }) => msg === "connection");
  assertEquals(line["rule"], "CATCHALL/CATCHALL");
  assert(Number(line["detect_seconds"]) >= 0.075);
  assert(Number(line["detect_seconds"]) < 5);
});

Deno.test("process: out of descriptors, it logs, waits, and goes on when there are some again", async () => {
  await using echo = namedEcho("echo");
  await using passthru = await startPassthru(
    oneServer({ CATCHALL: forwardTo(echo.address) }),
    { under: ["prlimit", "--nofile=64"] },
  );
  const port = passthru.ports[0]!;
  const conns: Deno.Conn[] = [];
  for (let i = 0; i < 80; i++) conns.push(await connect(port));
  await passthru.line(({ msg }) =>
    msg === "out of descriptors, new connections wait"
  );
  for (const conn of conns) conn.close();
  const conn = await connect(port);
  await writeAll(conn, bytesOf("again"));
  await conn.closeWrite();
  assertEquals(textOf(await readAll(conn)), "echo:again");
  conn.close();
  await passthru.line(({ msg }) => msg === "descriptors suffice again");
  const errors = passthru.lines.filter(({ level }) => level === "error");
  assertEquals(errors, [], "nobody was refused");
});

Deno.test("process: what a client sends can neither forge a log line nor steer a terminal", async () => {
  await using echo = namedEcho("echo");
  await using passthru = await startPassthru(
    oneServer({ HTTP: forwardTo(echo.address) }),
  );
  const conn = await connect(passthru.ports[0]!);
  await writeAll(
    conn,
    bytesOf('GET /\u{1f600}\u202e"x HTTP/1.1\r\nHost: a.example\r\n\r\n'),
  );
  await conn.closeWrite();
  await readExactly(conn, 1);
  conn.close();
  const line = await passthru.line(({ msg }) => msg === "connection");
  assertEquals(line["protocol"], "HTTP");
  assertMatch(String(line["path"]), /^\/[\x20-\xff]*"x$/);
});

Deno.test("process: detectors that the config declares work in the workers", async () => {
  await using own = namedEcho("own");
  await using hello = namedEcho("hello");
  await using passthru = await startPassthru({
    version: "v1.0.0",
    detectors: {
      OWN: { prefix: "hex:cafe" },
      HELLO: { regex: "^(HELO|EHLO) ", max_bytes: 16 },
    },
    servers: {
      "127.0.0.1:0": {
        OWN: forwardTo(own.address),
        HELLO: forwardTo(hello.address),
      },
    },
  });
  const ask = async (bytes: Uint8Array) => {
    const conn = await connect(passthru.ports[0]!);
    await writeAll(conn, bytes);
    await conn.closeWrite();
    const answer = textOf(await readAll(conn)).split(":")[0];
    conn.close();
    return answer;
  };
  assertEquals(await ask(Uint8Array.of(0xca, 0xfe, 1)), "own");
  assertEquals(await ask(bytesOf("EHLO me\r\n")), "hello");
  assertEquals(await ask(bytesOf("MAIL")), "");
  const line = await passthru.line(({ rule }) => rule === "HELLO/CATCHALL");
  assertEquals(line["protocol"], "HELLO");
});
