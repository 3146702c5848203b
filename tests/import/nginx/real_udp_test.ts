/** The real nginx over UDP, and passthru with what is imported of its config. */
import { assert, assertEquals } from "@std/assert";
import { startOnFreePorts, tempFolder } from "../../support/daemon.ts";
import { udpEcho, UdpEnd } from "../../support/datagrams.ts";
import { freePorts } from "../../support/free_ports.ts";
import { importText } from "../../support/imports.ts";
import { startStreamConfig, streamConfig } from "../../support/nginx_stream.ts";
import { startPassthru } from "../../support/process.ts";
import { noise } from "../../support/tcp.ts";
import {
  WIREGUARD_KEYS,
  wireguardInitiation,
} from "../../support/wireguard.ts";
import { hex, wire } from "../../support/wire.ts";

const NAMES = ["one", "two", "three"] as const;
/** What each client sends, one after the other. */
const DATAGRAMS: Readonly<Record<string, Uint8Array>> = {
  "a question of DNS": wire(
    hex("1234 0100 0001 0000 0000 0000"),
    hex("07"),
    "example",
    hex("00 0001 0001"),
  ),
  "WireGuard": wireguardInitiation(WIREGUARD_KEYS[0]!),
  "nothing": new Uint8Array(),
  "one byte": hex("00"),
  "noise": noise(1200, 3),
  // nginx cuts answers off at 16 KiB, its proxy_buffer_size.
  "a large one": noise(16_000, 4),
};

/** Servers by what they show; `{port}` stands for the port. */
const SERVERS: Readonly<Record<string, string>> = {
  "an address": "listen 127.0.0.1:{port} udp; proxy_pass 127.0.0.1:{one};",
  "TCP and UDP on one port":
    "listen 127.0.0.1:{port}; listen 127.0.0.1:{port} udp; proxy_pass 127.0.0.1:{two}; proxy_timeout 20s;",
  "addresses of clients": "listen 127.0.0.1:{port} udp; proxy_pass $zone;",
  "an upstream with a backup":
    "listen 127.0.0.1:{port} udp reuseport; proxy_pass backed;",
  "a fixed port and ssl_preread, which is for TCP":
    "listen 127.0.0.1:{port} udp; ssl_preread on; proxy_pass 127.0.0.1:$target;",
  "some addresses only":
    "listen 127.0.0.1:{port} udp; deny 127.0.0.5; proxy_pass 127.0.0.1:{three};",
};
const TITLES = Object.keys(SERVERS);
const CLIENTS = ["127.0.0.1", "127.0.0.4", "127.0.0.5"];
/** Longer than loopback takes, where no answer is expected. */
const SILENCE_MS = 300;

/** The names of the targets that answer a client's datagrams at a port. */
async function answers(port: number, from: string): Promise<string[]> {
  using client = new UdpEnd(0, from);
  const names: string[] = [];
  for (const datagram of Object.values(DATAGRAMS)) {
    await client.send(datagram, port);
    const { bytes, from } = await client.next();
    assertEquals(from, port);
    const end = bytes.indexOf(":".charCodeAt(0));
    assertEquals(bytes.subarray(end + 1), datagram);
    names.push(new TextDecoder().decode(bytes.subarray(0, end)));
  }
  return names;
}

/** Whether a datagram of a client gets an answer. */
async function isAnswered(port: number, from: string): Promise<boolean> {
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: from,
    port: 0,
  });
  const answer = socket.receive().then(() => true, () => false);
  await socket.send(hex("00"), {
    transport: "udp",
    hostname: "127.0.0.1",
    port,
  });
  const timer = setTimeout(() => socket.close(), SILENCE_MS);
  const found = await answer;
  clearTimeout(timer);
  if (found) socket.close();
  return found;
}

Deno.test("import nginx: datagrams go where the real nginx sends them, and so do the answers", async () => {
  await using targets = new AsyncDisposableStack();
  const echoes = NAMES.map((name) => targets.use(udpEcho(name)));
  const values: Record<string, number> = Object.fromEntries(
    NAMES.map((name, index) => [name, echoes[index]!.port]),
  );
  await using folder = await tempFolder();
  const { path } = folder;
  await startOnFreePorts(TITLES.length + 1, async (ports) => {
    const [ready, ...own] = ports as [number, ...number[]];
    const servers = TITLES.map((title, index) =>
      `  server { ${
        SERVERS[title]!.replaceAll("{port}", String(own[index]))
      } } # ${title}`
    );
    const text = streamConfig(
      path,
      `
  access_log off;
  geo $zone { default 127.0.0.1:{one}; 127.0.0.0/8 127.0.0.1:{two}; 127.0.0.4 127.0.0.1:{three}; }
  map $protocol:$ssl_preread_server_name $target { UDP: {two}; default {one}; }
  upstream backed { server 127.0.0.1:{three}; server 127.0.0.1:{one} backup; }
${servers.join("\n")}
  server { listen 127.0.0.1:${ready}; proxy_pass 127.0.0.1:{one}; }`,
    ).replace(
      /\{(\w+)\}/g,
      (whole, name: string) => String(values[name] ?? whole),
    );
    await using _nginx = await startStreamConfig(path, text, [ready]);
    const imported = await importText(text, { file: "nginx.conf" });
    assertEquals(imported.problems, []);
    const free = freePorts(ports.length);
    const config = ports.reduce(
      (written, port, index) =>
        written.replaceAll(`"127.0.0.1:${port}`, `"127.0.0.1:${free[index]}`),
      imported.text,
    );
    await using _passthru = await startPassthru(config);
    for (const [index, title] of TITLES.entries()) {
      const [original, passthru] = [own[index]!, free[index + 1]!];
      const found: Record<string, string[]> = {};
      for (const client of CLIENTS) {
        if (title === "some addresses only" && client === "127.0.0.5") continue;
        const expected = await answers(original, client);
        found[client] = await answers(passthru, client);
        assertEquals(found[client], expected, `${title}, ${client}`);
      }
      if (title === "addresses of clients") {
        assertEquals(
          CLIENTS.map((client) => [...new Set(found[client])]),
          [["two"], ["three"], ["two"]],
        );
      }
    }
    const denied = [own.at(-1)!, free.at(-1)!]
      .map((port) => isAnswered(port, "127.0.0.5"));
    assertEquals(await Promise.all(denied), [false, false]);
    assert(echoes.every(({ received }) => received > 0));
  });
});
