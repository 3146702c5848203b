/** Real clients and servers of other protocols than QUIC through one UDP port. */
import { assert, assertEquals } from "@std/assert";
import { tempFolder } from "../support/daemon.ts";
import { freePorts } from "../support/free_ports.ts";
import { startPassthru } from "../support/process.ts";
import { program, programTest, run, runWell } from "../support/programs.ts";
import { makeAuthority } from "../support/quic_ends.ts";
import { until, within } from "../support/wait.ts";

function udpServer(content: object): object {
  return { version: "v1.0.0", servers: { "127.0.0.1:0/udp": content } };
}

/** A name server that knows every name, and no address of it. */
function nameServer() {
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
  let queries = 0;
  const running = (async () => {
    for await (const [query, from] of socket) {
      queries++;
      const answer = query.slice();
      answer[2]! |= 0x80;
      await socket.send(answer, from);
    }
  })();
  return {
    text: `127.0.0.1:${(socket.addr as Deno.NetAddr).port}`,
    get queries() {
      return queries;
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await running;
    },
  };
}

programTest(
  ["dig"],
  "DNS: dig hears the server of its name, or that it is refused",
  async () => {
    await using known = nameServer();
    await using passthru = await startPassthru(udpServer({
      DNS: {
        "NAME *.example": known.text,
        CATCHALL: { action: "REJECT", with: "refused" },
      },
    }));
    const dig = async (name: string) => {
      const port = String(passthru.ports[0]!);
      const { text } = await runWell("dig", [
        ...["@127.0.0.1", "-p", port, "+tries=1", "+time=5", name],
      ]);
      return /status: (\w+)/.exec(text)?.[1];
    };
    assertEquals(await dig("www.example"), "NOERROR");
    assertEquals(await dig("www.other"), "REFUSED");
    assertEquals(known.queries, 1);
  },
);

programTest(
  ["openssl"],
  "DTLS: OpenSSL reaches the server of its name, with a cookie in between",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    const { certFile, keyFile } = await authority.issue("a.example");
    const [port] = freePorts(1) as [number];
    const server = new Deno.Command(program("openssl"), {
      args: [
        ...["s_server", "-dtls1_2", "-listen", "-quiet"],
        ...["-accept", `127.0.0.1:${port}`, "-cert", certFile, "-key", keyFile],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const heard = textUntil(server.stdout, "hello there");
    await bound(port);
    await using passthru = await startPassthru(udpServer({
      DTLS: { "SNI a.example": `127.0.0.1:${port}` },
    }));
    const client = new Deno.Command(program("openssl"), {
      args: [
        ...["s_client", "-dtls1_2", "-quiet", "-servername", "a.example"],
        ...["-connect", `127.0.0.1:${passthru.ports[0]!}`],
        ...["-CAfile", authority.caFile],
      ],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const writer = client.stdin.getWriter();
    await writer.write(new TextEncoder().encode("hello there\n"));
    assert(await within("the client's text at the server", heard));
    for (const child of [client, server]) {
      child.kill("SIGKILL");
      await child.status;
    }
    await writer.close().catch(() => {});
    await server.stdin.close().catch(() => {});
  },
);

programTest(
  ["openvpn", "openssl"],
  "OpenVPN: a client with tls-crypt comes through",
  async () => {
    await using folder = await tempFolder();
    const authority = await makeAuthority(folder.path);
    const server = await authority.issue("server");
    const client = await authority.issue("client", "clientAuth");
    const key = `${folder.path}/tls-crypt.key`;
    await runWell("openvpn", ["--genkey", "secret", key]);
    const [port] = freePorts(1) as [number];
    const common = [
      ...["--dev", "null", "--proto", "udp", "--ca", authority.caFile],
      ...["--tls-crypt", key, "--verb", "3"],
    ];
    const serving = new Deno.Command(program("openvpn"), {
      args: [
        ...common,
        ...["--tls-server", "--dh", "none", "--local", "127.0.0.1"],
        ...["--lport", String(port)],
        ...["--cert", server.certFile, "--key", server.keyFile],
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    await bound(port);
    await using passthru = await startPassthru(udpServer({
      OPENVPN: `127.0.0.1:${port}`,
    }));
    const connecting = new Deno.Command(program("openvpn"), {
      args: [
        ...common,
        ...["--tls-client", "--nobind", "--remote", "127.0.0.1"],
        ...[String(passthru.ports[0]!)],
        ...["--cert", client.certFile, "--key", client.keyFile],
      ],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const done = textUntil(connecting.stdout, "Peer Connection Initiated");
    assert(await within("the tunnel to be up", done));
    for (const child of [connecting, serving]) {
      child.kill("SIGKILL");
      await child.status;
    }
  },
);

programTest(["snmpget"], "SNMP: a request reaches the agent", async () => {
  const agent = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
  await using passthru = await startPassthru(udpServer({
    SNMP: `127.0.0.1:${(agent.addr as Deno.NetAddr).port}`,
  }));
  const asked = agent.receive();
  await run("snmpget", [
    ...["-v2c", "-c", "public", "-r", "0", "-t", "1"],
    ...[`127.0.0.1:${passthru.ports[0]!}`, "1.3.6.1.2.1.1.1.0"],
  ]);
  const [request] = await within("the request", asked);
  assert(new TextDecoder("latin1").decode(request).includes("public"));
  agent.close();
});

/** Whether a text comes. */
async function textUntil(
  stream: ReadableStream<Uint8Array>,
  wanted: string,
): Promise<boolean> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(wanted)) return true;
  }
  return false;
}

/** Waits until a UDP port is bound. */
async function bound(port: number): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  await until(`UDP port ${port} to be bound`, async () => {
    const sockets = await Deno.readTextFile("/proc/net/udp");
    return sockets.includes(wanted) ? true : null;
  });
}
