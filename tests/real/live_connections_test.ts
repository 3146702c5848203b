/** A TLS session of `openssl s_client` while it goes on. */
import { assertEquals } from "@std/assert";
import { describeConnection } from "../../src/admin/describe_connection.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { makeCertificate } from "../support/certificates.ts";
import {
  startDaemon,
  startOnFreePorts,
  tempFolder,
} from "../support/daemon.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { program, programTest } from "../support/programs.ts";
import { planOf, supervise } from "../support/supervise.ts";
import { bytesOf } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

const WORKER = new URL("../../src/worker.ts", import.meta.url);
const NAME = "live.example";

programTest(
  ["openssl"],
  "live connections: a session of openssl is found by its name, its bytes count up, it is explained and closed",
  async () => {
    await using server = await echoServer();
    await using supervised = supervise(WORKER, { isObserved: () => true });
    const { control } = supervised;
    const config = oneServer({ TLS: forwardTo(server.address) });
    const top = { workers: 2, log: { level: "error" } };
    const registry = new Registry(BUILTINS);
    await control.serve(planOf({ ...config as object, ...top }, registry));
    await using client = startClient(supervised.port());
    const find = async () => {
      const { connections } = await control.planes.desk.find({ q: NAME });
      const [view] = connections;
      return view?.phase === "forwarding" && view.bytes_down > 0 ? view : null;
    };
    const view = await until("the session", find);
    assertEquals(
      [view.protocol, view.facts["sni"], view.target],
      ["TLS", NAME, server.address],
    );
    await client.say("a line that the server turns round\n");
    await until("more bytes up", async () => {
      const now = await find();
      return now !== null && now.bytes_up > view.bytes_up ? now : null;
    });
    const detail = await describeConnection(control.planes.desk, view.id);
    const { verdicts, notes } = detail!.explanation!;
    assertEquals(
      verdicts.map(({ detector, verdict, facts }) => [
        detector,
        verdict,
        facts!["sni"],
      ]),
      [["TLS", "match", NAME]],
    );
    assertEquals(notes, []);
    await control.planes.desk.close(view.id);
    await client.ended;
    const [closed] = await until("the report", async () => {
      const query = { state: "recent", reason: "closed_by_admin" } as const;
      const { connections } = await control.planes.desk.find(query);
      return connections.length === 1 ? connections : null;
    });
    assertEquals(closed!.id, view.id);
  },
);

/** An `openssl s_server` that sends back each line, reversed. */
async function echoServer() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const { file, keyFile } = await makeCertificate(folder.path, NAME);
  const port = await startOnFreePorts(1, async ([port]) => {
    const args = ["-quiet", "-rev", "-cert", file, "-key", keyFile];
    const accept = ["-accept", `127.0.0.1:${port}`];
    stack.use(
      await startDaemon({
        program: "openssl",
        args: ["s_server", ...args, ...accept],
        ports: [port!],
      }),
    );
    return port!;
  });
  const kept = stack.move();
  return {
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** An `openssl s_client` that stays until it is hung up on. */
function startClient(port: number) {
  const child = new Deno.Command(program("openssl"), {
    args: [
      ...["s_client", "-quiet", "-connect", `127.0.0.1:${port}`],
      ...["-servername", NAME],
    ],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  return {
    ended: child.status,
    say: (text: string) => writer.write(bytesOf(text)),
    async [Symbol.asyncDispose]() {
      try {
        child.kill();
      } catch {
        // It has ended.
      }
      await writer.close().catch(() => {});
      await child.status;
    },
  };
}
