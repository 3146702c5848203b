/** HTTP/2 without TLS by name: gRPC, and clients that do not wait. */
import { assertEquals, assertMatch } from "@std/assert";
import { connectionLines } from "../support/connection_lines.ts";
import { startDaemon, startOnFreePorts } from "../support/daemon.ts";
import { oneServer } from "../support/passthru.ts";
import {
  type PassthruProcess,
  ROOT,
  startPassthru,
} from "../support/process.ts";
import { programTest, run, runWell } from "../support/programs.ts";
import { curl } from "../support/web_clients.ts";

const GRPCIO = "python3:grpc";
const ECHO = `${ROOT}tests/support/grpc_echo.py`;
/** Far more than a busy machine takes, far less than the detection timeout. */
const PROMPT_SECONDS = 2;

/**
 * A client that, as that of @grpc/grpc-js, waits for the server's SETTINGS; then
 * it asks a few times, so that a server that minds its acknowledgements says so.
 */
const WAITING = `
const [, origin, authority] = process.argv;
const session = require("node:http2").connect(origin);
const ask = (times) => {
  if (times === 0) return session.close();
  const stream = session.request({ ":authority": authority, ":path": "/" });
  stream.setEncoding("utf8").on("data", (text) => process.stdout.write(text));
  stream.on("close", () => session.ping(() => ask(times - 1)));
};
session.once("remoteSettings", () => ask(3));
`;

/** Answers with its name and what it was asked; an odd frame ends it. */
function startSite(name: string): AsyncDisposable & { address: string } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => new Response(`${name} ${new URL(request.url).hostname}`),
  );
  return {
    address: `127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function startEcho(
  name: string,
): Promise<AsyncDisposable & { address: string }> {
  return await startOnFreePorts(1, async ([port]) => ({
    address: `127.0.0.1:${port}`,
    ...await startDaemon({
      program: GRPCIO,
      args: [ECHO, "serve", name, String(port)],
      ports: [port!],
    }),
  }));
}

/** Each name to its own server; those of nobody are refused. */
function byAuthority(
  a: { address: string },
  b: { address: string },
): Promise<PassthruProcess> {
  const to = ({ address }: { address: string }) => ({
    action: "FORWARD",
    to_addr: address,
  });
  return startPassthru(oneServer({
    HTTP2: { "AUTHORITY a.test": to(a), "AUTHORITY *.b.test": to(b) },
    CATCHALL: { CATCHALL: { action: "REJECT" } },
  }));
}

const NAMES = [["a.test", "a"], ["deep.b.test", "b"]] as const;

/** Checks that each connection was decided about by its name, and promptly. */
async function assertByName(
  passthru: PassthruProcess,
  hosts: string[],
): Promise<void> {
  const lines = await connectionLines(passthru, hosts.length);
  assertEquals(lines.map(({ host }) => host), hosts);
  for (const line of lines) {
    assertMatch(String(line["rule"]), /^HTTP2\/AUTHORITY /);
    const seconds = Number(line["detect_seconds"]);
    assertEquals(seconds < PROMPT_SECONDS, true, JSON.stringify(line));
  }
}

programTest(
  [GRPCIO],
  "grpcio: each authority reaches its own server, and streams work",
  async () => {
    await using a = await startEcho("a");
    await using b = await startEcho("b");
    await using passthru = await byAuthority(a, b);
    const address = `127.0.0.1:${passthru.ports[0]}`;
    for (const [host, name] of NAMES) {
      const asked = await runWell(GRPCIO, [ECHO, "ask", address, host]);
      assertEquals(asked.text, `${name}\n`);
    }
    await assertByName(passthru, NAMES.map(([host]) => host));
    const refused = await run(GRPCIO, [ECHO, "ask", address, "c.test"]);
    assertMatch(refused.stderr, /UNAVAILABLE/);
  },
);

programTest(
  ["curl", "nghttp", "node"],
  "node, curl, nghttp: HTTP/2 goes by its authority, whether the client waits for SETTINGS or not",
  async () => {
    await using a = startSite("a");
    await using b = startSite("b");
    await using passthru = await byAuthority(a, b);
    const port = passthru.ports[0]!;
    const origin = `http://127.0.0.1:${port}`;
    for (const [host, name] of NAMES) {
      const answer = `${name} ${host}`;
      const waiting = await runWell("node", ["-e", WAITING, origin, host]);
      assertEquals(waiting.text, answer.repeat(3));
      const prior = ["--http2-prior-knowledge"];
      const curled = await curl({ port }, prior, `http://${host}/`);
      assertEquals(curled.text, answer);
      const pushed = await runWell("nghttp", [`-H:authority: ${host}`, origin]);
      assertEquals(pushed.text, answer);
    }
    const clients = 3;
    const hosts = NAMES.flatMap(([host]) => Array(clients).fill(host));
    await assertByName(passthru, hosts);
  },
);
