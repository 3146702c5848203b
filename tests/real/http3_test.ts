/** A browser and two servers of HTTP/3 behind one UDP port. */
import { assert, assertEquals } from "@std/assert";
import { tempFolder } from "../support/daemon.ts";
import { freePorts } from "../support/free_ports.ts";
import { http3Browser, http3Server } from "../support/http3.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { makeAuthority } from "../support/quic_ends.ts";
import { udpPath } from "../support/udp_path.ts";

const PROGRAMS = ["chromium", "caddy", "openssl"];
const HOSTS = ["a.example", "b.example"];

/** Loads pages by HTTP/3, each from the server of its name. */
async function loadPages(
  pages: number,
  portTo: (passthru: PassthruProcess) => number = ({ ports }) => ports[0]!,
): Promise<void> {
  await using folder = await tempFolder();
  const authority = await makeAuthority(folder.path);
  const ports = freePorts(HOSTS.length);
  await using servers = new AsyncDisposableStack();
  const started = await Promise.all(
    HOSTS.map((host, at) =>
      http3Server(folder.path, authority, { host, port: ports[at]! })
    ),
  );
  for (const server of started) servers.use(server);
  const rules = started.map(({ host, text }) => [`SNI ${host}`, text]);
  await using passthru = await startPassthru({
    version: "v1.0.0",
    servers: { "127.0.0.1:0/udp": { QUIC: Object.fromEntries(rules) } },
  });
  await using browser = await http3Browser(started, portTo(passthru));
  for (let page = 0; page < pages; page++) {
    const host = HOSTS[page % HOSTS.length]!;
    assertEquals(await browser.load(host), { title: host, protocol: "h3" });
    // Some pages come by connections that are there, others by new ones.
    if (page % 3 === 2) await browser.forget();
  }
  // None of them was refused.
  assertEquals(
    passthru.lines.filter(({ reason }) => reason === "rejected"),
    [],
  );
}

programTest(
  PROGRAMS,
  "HTTP/3: Chromium's pages come from the server of their name",
  async () => {
    await loadPages(8);
  },
);

programTest(
  PROGRAMS,
  "HTTP/3: they do over a path that loses and reorders datagrams",
  async () => {
    await using paths = new AsyncDisposableStack();
    let lost = () => 0;
    await loadPages(6, ({ ports }) => {
      const path = udpPath({ to: ports[0]!, lossPercent: 5, latePercent: 5 });
      paths.use(path);
      lost = () => path.lost;
      return path.port;
    });
    assert(lost() > 0);
  },
);

programTest(
  ["chromium"],
  "HTTP/3: Chromium shows an error at once where tls_alert refuses it, and waits where nothing is said",
  async () => {
    await using passthru = await startPassthru({
      version: "v1.0.0",
      servers: {
        "127.0.0.1:0/udp": {
          QUIC: {
            "SNI told.example": { action: "REJECT", with: "tls_alert" },
            "SNI silent.example": { action: "REJECT" },
          },
        },
      },
    });
    const hosts = ["silent.example", "told.example"];
    const servers = hosts.map((host) => ({ host, spki: "" }));
    await using browser = await http3Browser(servers, passthru.ports[0]!);
    const failures = hosts.map(async (host) => ({
      host,
      failure: await browser.failure(host),
    }));
    // The one that was asked for last is the first to fail.
    const { host, failure } = await Promise.race(failures);
    assertEquals(host, "told.example");
    assert(failure?.includes("net::ERR_QUIC_PROTOCOL_ERROR"), failure ?? "");
  },
);
