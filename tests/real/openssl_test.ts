/** `openssl s_client` to nginx and `openssl s_server` through passthru. */
import { assert, assertEquals } from "@std/assert";
import { type Certificate, makeCertificate } from "../support/certificates.ts";
import { connectionLines } from "../support/connection_lines.ts";
import {
  startDaemon,
  startOnFreePorts,
  tempFolder,
} from "../support/daemon.ts";
import { forwardToSite, type Nginx, startSites } from "../support/nginx.ts";
import { oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { sClient, type SClientResult } from "../support/web_clients.ts";

const NEEDS = ["nginx", "openssl"];
const VERSIONS = [["-tls1_2", "TLSv1.2"], ["-tls1_3", "TLSv1.3"]] as const;

programTest(
  NEEDS,
  "openssl: TLS 1.2 and 1.3, both sites, h2 and http/1.1",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(tlsConfig(nginx));
    for (const site of ["a", "b"]) {
      for (const [flag, protocol] of VERSIONS) {
        for (const alpn of ["h2", "http/1.1"]) {
          const found = await handshake(passthru.ports[0]!, nginx, site, [
            ...[flag, "-alpn", alpn],
          ]);
          assertEquals(
            [found.code, found.subject, found.alpn, found.protocol],
            [0, `site-${site}.test`, alpn, protocol],
            found.output,
          );
        }
      }
    }
    const lines = await connectionLines(passthru, 8);
    assertEquals(
      lines.map(({ sni, alpn, version }) => `${sni} ${alpn} ${version}`),
      ["a", "b"].flatMap((site) =>
        ["1.2", "1.3"].flatMap((version) =>
          ["h2", "http/1.1"].map((alpn) =>
            `site-${site}.test ${alpn} ${version}`
          )
        )
      ),
    );
  },
);

programTest(
  NEEDS,
  "openssl: a hello without a server name goes to the catch-all of TLS",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(tlsConfig(nginx));
    for (const [flag, protocol] of VERSIONS) {
      const found = await sClient(
        passthru.ports[0]!,
        nginx.certificate("tls-other"),
        ["-noservername", "-verify_hostname", "other.test", flag],
      );
      assertEquals(
        [found.code, found.subject, found.protocol],
        [0, "other.test", protocol],
        found.output,
      );
    }
    for (const line of await connectionLines(passthru, 2)) {
      assertEquals(line["rule"], "TLS/CATCHALL");
      assertEquals(line["sni"], undefined);
    }
  },
);

programTest(
  NEEDS,
  "openssl: a server name with a port refuses nobody where no rule tests names",
  async () => {
    await using nginx = await startSites();
    const forward = forwardToSite(nginx, "tls-other");
    await using passthru = await startPassthru({
      version: "v1.0.0",
      servers: {
        "127.0.0.1:0": { TLS: { CATCHALL: forward } },
        "127.0.0.2:0": {
          TLS: { "SNI site-a.test": forward, CATCHALL: forward },
        },
      },
    });
    const hello = (index: number, address: string) =>
      sClient(
        passthru.ports[index]!,
        nginx.certificate("tls-other"),
        ["-servername", "site-a.test:443", "-verify_hostname", "other.test"],
        address,
      );
    const found = await hello(0, "127.0.0.1");
    assertEquals([found.code, found.subject], [0, "other.test"], found.output);
    const tested = await hello(1, "127.0.0.2");
    assertEquals(tested.subject, undefined, tested.output);
  },
);

programTest(
  NEEDS,
  "openssl: a hello of 7 KiB is routed right, in one record and in many",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(tlsConfig(nginx));
    for (const site of ["a", "b"]) {
      for (
        const [recordBytes, leastRecords] of [[16384, 1], [512, 13]] as const
      ) {
        const found = await handshake(passthru.ports[0]!, nginx, site, [
          ...["-alpn", manyProtocols("h2"), "-msg"],
          ...["-max_send_frag", String(recordBytes)],
        ]);
        assertEquals(
          [found.code, found.subject, found.alpn],
          [0, `site-${site}.test`, "h2"],
          found.output,
        );
        const records = helloRecords(found.output);
        assert(records >= leastRecords, `${records} records of the hello`);
      }
    }
  },
);

programTest(
  NEEDS,
  "openssl: a hello larger than the peek buffer is refused or caught, not hung",
  async () => {
    await using nginx = await startSites();
    const config = {
      "SNI site-a.test": forwardToSite(nginx, "tls-a"),
      CATCHALL: forwardToSite(nginx, "tls-b"),
    };
    await using passthru = await startPassthru({
      version: "v1.0.0",
      servers: {
        "127.0.0.1:0": { options: { max_peek: "4KiB" }, TLS: config },
        "127.0.0.2:0": {
          options: { max_peek: "4KiB" },
          TLS: config,
          CATCHALL: { CATCHALL: forwardToSite(nginx, "tls-other") },
        },
      },
    });
    const args = ["-alpn", manyProtocols("h2")];
    const refused = await handshake(passthru.ports[0]!, nginx, "a", args);
    assertEquals(refused.subject, undefined, refused.output);
    const caught = await sClient(
      passthru.ports[1]!,
      nginx.certificate("tls-other"),
      ["-servername", "site-a.test", ...args],
      "127.0.0.2",
    );
    assertEquals([caught.code, caught.subject], [0, "other.test"]);
    const lines = await connectionLines(passthru, 2);
    assertEquals(lines[0]!["reason"], "no_route");
    assertEquals(lines[1]!["rule"], "CATCHALL/CATCHALL");
  },
);

programTest(
  NEEDS,
  "openssl: ALPN acme-tls/1 goes to the target of its own",
  async () => {
    await using nginx = await startSites();
    await using acme = await startAcmeServer();
    await using passthru = await startPassthru(oneServer({
      TLS: {
        "SNI site-a.test": forwardToSite(nginx, "tls-a"),
        "SNI site-a.test ALPN acme-tls/1": acme.action,
        "ALPN acme-tls/1": acme.action,
        CATCHALL: forwardToSite(nginx, "tls-other"),
      },
    }));
    const port = passthru.ports[0]!;
    for (const name of ["site-a.test", "site-b.test"]) {
      const found = await sClient(port, acme.certificate.file, [
        ...["-servername", name, "-alpn", "acme-tls/1"],
      ]);
      assertEquals(
        [found.code, found.subject, found.alpn],
        [0, "acme.test", "acme-tls/1"],
        found.output,
      );
    }
    const site = await handshake(port, nginx, "a", ["-alpn", "h2"]);
    assertEquals(
      [site.code, site.subject],
      [0, "site-a.test"],
      site.output,
    );
    const lines = await connectionLines(passthru, 3);
    assertEquals(lines.map(({ rule }) => rule), [
      "TLS/SNI site-a.test ALPN acme-tls/1",
      "TLS/ALPN acme-tls/1",
      "TLS/SNI site-a.test",
    ]);
  },
);

function tlsConfig(nginx: Nginx): unknown {
  return oneServer({
    TLS: {
      "SNI site-a.test": forwardToSite(nginx, "tls-a"),
      "SNI site-b.test": forwardToSite(nginx, "tls-b"),
      CATCHALL: forwardToSite(nginx, "tls-other"),
    },
  });
}

/** Shakes hands with a site, whose certificate is verified. */
function handshake(
  port: number,
  nginx: Nginx,
  site: string,
  args: readonly string[],
): Promise<SClientResult> {
  const host = `site-${site}.test`;
  return sClient(port, nginx.certificate(`tls-${site}`), [
    ...["-servername", host, "-verify_hostname", host],
    ...args,
  ]);
}

/** Hundreds of ALPN protocols, one of them a real one, for a hello of 7 KiB. */
function manyProtocols(last: string): string {
  const names = Array.from(
    { length: 600 },
    (_, i) => `proto-${String(i).padStart(4, "0")}`,
  );
  return [...names, last].join(",");
}

/** Records that the client sent before the server's first. */
function helloRecords(output: string): number {
  const before = output.slice(0, output.indexOf("\n<<<"));
  return before.split("\n>>>").filter((part) => /RecordHeader/.test(part))
    .length;
}

/** A server that speaks acme-tls/1 only. */
async function startAcmeServer(): Promise<
  AsyncDisposable & { certificate: Certificate; action: unknown }
> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  const certificate = await makeCertificate(path, "acme.test");
  const port = await startOnFreePorts(1, async ([port]) => {
    const listen = ["-accept", `127.0.0.1:${port}`, "-alpn", "acme-tls/1"];
    const { file, keyFile } = certificate;
    const args = ["-www", "-cert", file, "-key", keyFile, ...listen];
    stack.use(
      await startDaemon({
        program: "openssl",
        args: ["s_server", ...args],
        ports: [port!],
      }),
    );
    return port!;
  });
  const kept = stack.move();
  return {
    certificate,
    action: { action: "FORWARD", to_addr: `127.0.0.1:${port}` },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
