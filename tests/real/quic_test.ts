/** QUIC clients and servers of ngtcp2 and of the runtime through one UDP port. */
import { assert, assertEquals } from "@std/assert";
import { tempFolder } from "../support/daemon.ts";
import { freePorts } from "../support/free_ports.ts";
import { program, programTest, run } from "../support/programs.ts";
import {
  type Authority,
  makeAuthority,
  quicClient,
  quicEcho,
  quicPort,
} from "../support/quic_ends.ts";
import { startPassthru } from "../support/process.ts";
import { udpPath } from "../support/udp_path.ts";
import { until } from "../support/wait.ts";

const NGTCP2 = ["gtlsclient", "gtlsserver", "openssl"];
const HOST = "localhost";

/** A server of ngtcp2 that is to be started with these options. */
async function ngtcp2Server(
  folder: string,
  authority: Authority,
  options: readonly string[] = [],
) {
  const [port] = freePorts(1) as [number];
  const { certFile, keyFile } = await authority.issue(HOST);
  await Deno.mkdir(`${folder}/htdocs`, { recursive: true });
  await Deno.writeTextFile(`${folder}/htdocs/page`, "the page");
  const log = `${folder}/server.log`;
  const child = new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'log=$1; shift; exec "$@" > "$log" 2>&1',
      "sh",
      log,
      program("gtlsserver"),
      ...options,
      ...["-d", `${folder}/htdocs`, "127.0.0.1", String(port)],
      ...[keyFile, certFile],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  // It is bound when it is shown among the sockets of the system.
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  await until("gtlsserver to be bound", async () => {
    const sockets = await Deno.readTextFile("/proc/net/udp");
    return sockets.includes(wanted) ? true : null;
  });
  return {
    text: `127.0.0.1:${port}`,
    log: () => Deno.readTextFile(log),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

/** Asks for the page with ngtcp2's client. @returns What it logged. */
async function ask(
  port: number,
  options: readonly string[] = [],
): Promise<string> {
  const { code, text, stderr } = await run("gtlsclient", [
    ...["--exit-on-all-streams-close", ...options],
    ...["127.0.0.1", String(port), `https://${HOST}:${port}/page`],
  ], { limitMs: 15_000 });
  assertEquals(code, 0, text + stderr);
  return text + stderr;
}

function config(to: string): object {
  return {
    version: "v1.0.0",
    servers: {
      "127.0.0.1:0/udp": {
        QUIC: {
          [`SNI ${HOST}`]: to,
          CATCHALL: { action: "REJECT", with: "tls_alert" },
        },
      },
    },
  };
}

programTest(
  NGTCP2,
  "QUIC: a server that demands Retry is reached",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    await using server = await ngtcp2Server(folder.path, authority, ["-V"]);
    await using passthru = await startPassthru(config(server.text));
    const log = await ask(passthru.ports[0]!);
    assert(/Retry/.test(log), log);
  },
);

programTest(
  NGTCP2,
  "QUIC: a client of a version that nobody has is told of one that there is",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    await using server = await ngtcp2Server(folder.path, authority);
    await using passthru = await startPassthru(config(server.text));
    const { text, stderr } = await run("gtlsclient", [
      ...["--exit-on-all-streams-close", "-v", "0x1a2a3a4a"],
      ...["127.0.0.1", String(passthru.ports[0]!), `https://${HOST}/page`],
    ], { limitMs: 15_000 });
    assert(/type=VN|Version Negotiation/i.test(text + stderr), text + stderr);
    assert(/0x00000001/.test(text + stderr), text + stderr);
    // It was passthru that has told it.
    assertEquals((await server.log()).includes("Initial"), false);
  },
);

programTest(
  NGTCP2,
  "QUIC: a client whose NAT gives it another port is followed",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    await using server = await ngtcp2Server(folder.path, authority);
    await using passthru = await startPassthru(config(server.text));
    const log = await ask(passthru.ports[0]!, [
      "--change-local-addr=100ms",
      "--nat-rebinding",
      "--delay-stream=300ms",
    ]);
    assert(/PATH_CHALLENGE/.test(log), log);
  },
);

programTest(
  NGTCP2,
  "QUIC: a client of version 2, as its draft numbers it, is routed by its name",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    await using server = await ngtcp2Server(folder.path, authority);
    await using passthru = await startPassthru(config(server.text));
    const log = await ask(passthru.ports[0]!, ["--version=v2draft"]);
    assert(/the negotiated version is 0x709a50c4/.test(log), log);
    assert(/type=Handshake/.test(await server.log()));
  },
);

programTest(
  NGTCP2,
  "QUIC: what a client that resumes sends before the handshake reaches the server",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    await using server = await ngtcp2Server(folder.path, authority);
    await using passthru = await startPassthru(config(server.text));
    const resumed = [
      `--session-file=${folder.path}/session`,
      `--tp-file=${folder.path}/parameters`,
    ];
    const early = /frm rx \d+ 0RTT STREAM/;
    await ask(passthru.ports[0]!, resumed);
    assert(!early.test(await server.log()));
    await ask(passthru.ports[0]!, resumed);
    const log = await server.log();
    assert(early.test(log), log);
  },
);

programTest(
  ["openssl"],
  "QUIC: a download goes on while the NAT of its client forgets it, again and again",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    using server = await quicEcho(
      authority,
      HOST,
      (said) => new Uint8Array(Number(said)).fill(7),
    );
    await using passthru = await startPassthru(config(server.text));
    await using path = udpPath({ to: passthru.ports[0]! });
    using client = await quicClient(path.port, authority, HOST);
    for (let time = 0; time < 3; time++) {
      assertEquals((await client.ask("300000")).length, 300_000);
      path.rebind();
    }
    assertEquals((await client.ask("300000")).length, 300_000);
  },
);

programTest(
  ["openssl"],
  "QUIC: two connections on one port of a client go where their names lead",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    using a = await quicEcho(authority, HOST);
    using b = await quicEcho(authority, "b.example");
    await using passthru = await startPassthru({
      version: "v1.0.0",
      servers: {
        "127.0.0.1:0/udp": {
          QUIC: { [`SNI ${HOST}`]: a.text, "SNI b.example": b.text },
        },
      },
    });
    const endpoint = quicPort();
    const port = passthru.ports[0]!;
    using first = await quicClient(port, authority, HOST, endpoint);
    using second = await quicClient(port, authority, "b.example", endpoint);
    using third = await quicClient(port, authority, HOST, endpoint);
    for (let time = 0; time < 3; time++) {
      const heard = await Promise.all(
        [first, second, third].map((each) => each.ask("x")),
      );
      assertEquals(
        heard.map((bytes) => new TextDecoder().decode(bytes)),
        [`${HOST}:x`, "b.example:x", `${HOST}:x`],
      );
    }
    endpoint.close();
  },
);
