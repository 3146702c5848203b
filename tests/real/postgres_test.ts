/** psql and openssl to PostgreSQL servers through passthru. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connectionLines } from "../support/connection_lines.ts";
import { oneServer } from "../support/passthru.ts";
import {
  askCluster,
  type PostgresServer,
  psqlArgs,
  type PsqlTask,
  startPostgres,
  verified,
} from "../support/postgres_server.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { program, programTest, run } from "../support/programs.ts";
import { GSSENC_REQUEST } from "../support/postgres_wire.ts";
import { type Service, service } from "../support/services.ts";
import { readExactly, textOf, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import { sClient } from "../support/web_clients.ts";

const NEEDS = ["initdb", "openssl", "postgres", "psql"];

/** Two servers, each with a certificate of its own host. */
async function startTwo(): Promise<
  AsyncDisposable & { a: PostgresServer; b: PostgresServer }
> {
  await using stack = new AsyncDisposableStack();
  const start = async (name: string) =>
    stack.use(await startPostgres(name, { tlsHost: `db-${name}.test` }));
  const [a, b] = await Promise.all([start("a"), start("b")]);
  const kept = stack.move();
  return { a, b, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** A server that goes by name, else by user and database, else is refused. */
function byName(a: PostgresServer, b: PostgresServer): unknown {
  const [toA, toB] = [a, b].map(({ address }) => ({
    action: "FORWARD",
    to_addr: address,
  }));
  return oneServer({
    POSTGRES: {
      "SNI db-a.test": toA,
      "SNI *.b.test": toB,
      "SNI db-b.test": toB,
      "USER postgres": toA,
      "USER postgres DATABASE template1": toB,
      CATCHALL: { action: "REJECT" },
    },
  });
}

/** Two servers, and passthru in front of them that goes by name. */
async function serveTwo(): Promise<
  AsyncDisposable & {
    a: PostgresServer;
    b: PostgresServer;
    passthru: PassthruProcess;
    port: number;
  }
> {
  await using stack = new AsyncDisposableStack();
  const { a, b } = stack.use(await startTwo());
  const passthru = stack.use(await startPassthru(byName(a, b)));
  const kept = stack.move();
  return {
    a,
    b,
    passthru,
    port: passthru.ports[0]!,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** A listener that asks for GSSAPI encryption before its client says a word. */
function withGssenc(port: number): Service {
  return service(async (client) => {
    using passthru = await Deno.connect({ hostname: "127.0.0.1", port });
    await writeAll(passthru, GSSENC_REQUEST);
    assertEquals(textOf(await readExactly(passthru, 1)), "N");
    await Promise.all([
      client.readable.pipeTo(passthru.writable),
      passthru.readable.pipeTo(client.writable),
    ]);
  });
}

programTest(NEEDS, "psql: each host name reaches its own server", async () => {
  await using served = await serveTwo();
  const { a, b, passthru, port } = served;
  for (
    const [host, settings, cluster] of [
      ["db-a.test", verified(a), "a\n"],
      ["db-b.test", verified(b), "b\n"],
      ["DB-A.test", { sslmode: "require" }, "a\n"],
      ["deep.down.b.test", { sslmode: "require" }, "b\n"],
      ["db-b.test", { sslmode: "prefer" }, "b\n"],
    ] as const
  ) {
    const { code, text, stderr } = await askCluster(port, host, settings);
    assertEquals([code, text], [0, cluster], `${host}: ${stderr}`);
  }
  const lines = await connectionLines(passthru, 5);
  assertEquals(
    lines.map(({ protocol, sni, rule }) => [protocol, sni, rule]),
    [
      ["POSTGRES", "db-a.test", "POSTGRES/SNI db-a.test"],
      ["POSTGRES", "db-b.test", "POSTGRES/SNI db-b.test"],
      ["POSTGRES", "db-a.test", "POSTGRES/SNI db-a.test"],
      ["POSTGRES", "deep.down.b.test", "POSTGRES/SNI *.b.test"],
      ["POSTGRES", "db-b.test", "POSTGRES/SNI db-b.test"],
    ],
  );
});

programTest(
  NEEDS,
  "psql: another server's certificate is refused",
  async () => {
    await using served = await serveTwo();
    const { b, port } = served;
    const wrong = await askCluster(
      port,
      "db-a.test",
      verified(b),
    );
    assertMatch(
      wrong.stderr,
      /certificate verify failed/,
      "the check can fail",
    );
  },
);

programTest(
  NEEDS,
  "psql: without TLS the user and the database decide, unknown names are refused",
  async () => {
    await using served = await serveTwo();
    const { passthru, port } = served;
    const plain = { sslmode: "disable" };
    const byUser = await askCluster(port, "any.test", plain);
    assertEquals(byUser.text, "a\n", byUser.stderr);
    const byBoth = await askCluster(port, "any.test", {
      ...plain,
      dbname: "template1",
    });
    assertEquals(byBoth.text, "b\n", byBoth.stderr);
    for (
      const settings of [
        { sslmode: "require" },
        { sslmode: "require", sslsni: "0" },
        { ...plain, user: "nobody" },
      ] as const
    ) {
      const refused = await askCluster(port, "unknown.test", settings);
      assertEquals([refused.code, refused.text], [2, ""]);
    }
    const lines = await connectionLines(passthru, 5);
    assertEquals(
      lines.map(({ rule, reason }) => `${rule} ${reason}`).slice(2),
      Array(3).fill("POSTGRES/CATCHALL rejected"),
    );
  },
);

programTest(
  NEEDS,
  "psql: a server without TLS is reported, and sslmode=prefer goes on in plain",
  async () => {
    await using server = await startPostgres("plain");
    await using passthru = await startPassthru(oneServer({
      POSTGRES: {
        "SNI db.test": { action: "FORWARD", to_addr: server.address },
        CATCHALL: { action: "FORWARD", to_addr: server.address },
      },
    }));
    const port = passthru.ports[0]!;
    const required = await askCluster(port, "db.test", { sslmode: "require" });
    assertEquals(required.code, 2, required.text);
    const preferred = await askCluster(port, "db.test", { sslmode: "prefer" });
    assertEquals(preferred.text, "plain\n", preferred.stderr);
    const lines = await connectionLines(passthru, 3);
    const error =
      `Cannot dial ${server.address}: it does not take TLS: it answered "N" to SSLRequest`;
    assertEquals(
      lines.map((line) => [line["reason"] === "dial_failed", line["error"]]),
      [[true, error], [true, error], [false, undefined]],
    );
  },
);

programTest(
  NEEDS,
  "psql: a client whose request for GSSAPI encryption was declined goes by name, and by user",
  async () => {
    await using served = await serveTwo();
    const { b, port } = served;
    await using gssenc = withGssenc(port);
    const named = await askCluster(gssenc.port, "db-b.test", verified(b));
    assertEquals(named.text, "b\n", named.stderr);
    const plain = { sslmode: "disable" };
    const byUser = await askCluster(gssenc.port, "db-b.test", plain);
    assertEquals(byUser.text, "a\n", byUser.stderr);
  },
);

/** psql with a query that does not end, once the server has it. */
async function sleeping(
  { port, host, settings }: PsqlTask,
  server: PostgresServer,
): Promise<Deno.ChildProcess> {
  const query = "select pg_sleep(600)";
  const child = new Deno.Command(program("psql"), {
    args: psqlArgs({ port, host, settings, query }),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  await until("the query", async () => await sleeps(server) || null);
  return child;
}

/** Whether a server has such a query. */
async function sleeps({ port }: PostgresServer): Promise<boolean> {
  const query = "select query from pg_stat_activity where state = 'active'";
  const { text } = await run(
    "psql",
    psqlArgs({ port, host: "any.test", settings: {}, query }),
  );
  return text.includes("pg_sleep(600)");
}

programTest(
  NEEDS,
  "psql: Ctrl-C reaches the server of its session by name, and no other session",
  async () => {
    await using served = await serveTwo();
    const { a, b, passthru, port } = served;
    const plain = { sslmode: "disable" };
    const [other, ...tasks] = [
      [{ port, host: "db-a.test", settings: verified(a) }, a],
      [{ port, host: "db-b.test", settings: verified(b) }, b],
      [{ port, host: "", settings: { ...plain, dbname: "template1" } }, b],
    ] as const;
    const left = await sleeping(...other);
    for (const [task, server] of tasks) {
      const child = await sleeping(task, server);
      child.kill("SIGINT");
      const { stderr } = await within("the end of psql", child.output());
      assertMatch(textOf(stderr), /canceling statement due to user request/);
    }
    assert(await sleeps(a), "the query of the other server goes on");
    left.kill("SIGINT");
    const { stderr } = await within("the end of psql", left.output());
    assertMatch(textOf(stderr), /canceling statement due to user request/);
    const cancels = (await connectionLines(passthru, 6))
      .filter((line) => line["cancel"]);
    assertEquals(
      cancels.map(({ rule, sent_to, reason }) => [rule, sent_to, reason]),
      Array(3).fill([
        "POSTGRES/CANCEL",
        `${b.address}, ${a.address}`,
        "target_eof",
      ]),
    );
  },
);

programTest(
  NEEDS,
  "psql: Ctrl-C reaches each server of a balanced list",
  async () => {
    await using servers = await startTwo();
    const { a, b } = servers;
    const to_addr = [a.address, b.address];
    await using passthru = await startPassthru(
      oneServer({ POSTGRES: { CATCHALL: { action: "FORWARD", to_addr } } }),
    );
    const port = passthru.ports[0]!;
    const settings = { sslmode: "disable" };
    for (const server of [a, b, a]) {
      const task = { port, host: "any.test", settings };
      const child = await sleeping(task, server);
      child.kill("SIGINT");
      const { stderr } = await within("the end of psql", child.output());
      assertMatch(textOf(stderr), /canceling statement due to user request/);
    }
  },
);

programTest(
  NEEDS,
  "openssl: another client than libpq reaches each server by its name",
  async () => {
    await using served = await serveTwo();
    const { a, b, port } = served;
    for (const [host, { certificate }] of [["a", a], ["b", b]] as const) {
      const name = `db-${host}.test`;
      const found = await sClient(port, certificate!.file, [
        ...["-starttls", "postgres", "-servername", name],
        ...["-verify_hostname", name],
      ]);
      assertEquals([found.code, found.subject], [0, name], found.output);
    }
  },
);
