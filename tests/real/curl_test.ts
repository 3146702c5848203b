/** curl to nginx through passthru. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { connectionLines } from "../support/connection_lines.ts";
import { forwardToSite, type Nginx, startSites } from "../support/nginx.ts";
import { oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { curl } from "../support/web_clients.ts";

const NEEDS = ["curl", "nginx", "openssl"];
const REJECT = { action: "REJECT" };
/** Exit codes of curl. */
const EMPTY_REPLY = 52;
const TLS_CONNECT_ERROR = 35;
const BAD_CERTIFICATE = 60;

programTest(NEEDS, "curl: HTTP/1.1 goes where the Host says", async () => {
  await using nginx = await startSites();
  await using passthru = await startPassthru(oneServer({
    HTTP: {
      "HOST site-a.test": forwardToSite(nginx, "plain-a"),
      "HOST *.site-b.test": forwardToSite(nginx, "plain-b"),
    },
  }));
  const target = { port: passthru.ports[0]! };
  const [host, site] = ["Host: SITE-A.test", "http://127.0.0.1/x?y"];
  const named = await curl(target, ["--http1.1", "--header", host], site);
  assertEquals(named.text, "plain-a HTTP/1.1 site-a.test\n", named.stderr);
  for (
    const [url, answer] of [
      ["http://site-a.test/", "plain-a HTTP/1.1 site-a.test\n"],
      ["http://deep.site-b.test/", "plain-b HTTP/1.1 deep.site-b.test\n"],
    ] as const
  ) {
    const { text, stderr } = await curl(target, ["--http1.1"], url);
    assertEquals(text, answer, stderr);
  }
});

programTest(
  NEEDS,
  "curl: an unknown host is refused, by HTTP and TLS",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(oneServer({
      HTTP: { "HOST site-a.test": forwardToSite(nginx, "plain-a") },
      TLS: {
        "SNI site-a.test": forwardToSite(nginx, "tls-a"),
        CATCHALL: REJECT,
      },
      HTTP2: { "AUTHORITY site-a.test": forwardToSite(nginx, "h2c-a") },
    }));
    const target = { port: passthru.ports[0]! };
    const http = await curl(target, [], "http://unknown.test/");
    assertEquals([http.code, http.text], [EMPTY_REPLY, ""]);
    const h2c = await curl(
      target,
      ["--http2-prior-knowledge"],
      "http://unknown.test/",
    );
    assertNotEquals(h2c.code, 0);
    assertEquals(h2c.text, "");
    const https = await curl(target, ["--insecure"], "https://unknown.test/");
    assertEquals([https.code, https.text], [TLS_CONNECT_ERROR, ""]);
    const lines = await connectionLines(passthru, 3);
    assertEquals(
      lines.map(({ protocol, reason }) => [protocol, reason]),
      [["HTTP", "no_route"], ["HTTP2", "no_route"], ["TLS", "rejected"]],
    );
  },
);

programTest(
  NEEDS,
  "curl: HTTP/2 without TLS goes where its authority says",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(oneServer({
      HTTP2: {
        "AUTHORITY site-a.test": forwardToSite(nginx, "h2c-a"),
        CATCHALL: forwardToSite(nginx, "h2c-other"),
      },
      HTTP: { CATCHALL: REJECT },
    }));
    const target = { port: passthru.ports[0]! };
    const args = ["--http2-prior-knowledge"];
    const a = await curl(target, args, "http://site-a.test/");
    assertEquals(a.text, "h2c-a HTTP/2.0 site-a.test\n", a.stderr);
    const other = await curl(target, args, "http://unknown.test/");
    assertEquals(other.text, "h2c-other HTTP/2.0 unknown.test\n", other.stderr);
    const lines = await connectionLines(passthru, 2);
    assertEquals(
      lines.map(({ rule, host }) => [rule, host]),
      [
        ["HTTP2/AUTHORITY site-a.test", "site-a.test"],
        ["HTTP2/CATCHALL", "unknown.test"],
      ],
    );
  },
);

programTest(
  NEEDS,
  "curl: HTTP/2 without TLS goes by its preface when no rule asks for more",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(oneServer({
      HTTP: { CATCHALL: REJECT },
      HTTP2: { CATCHALL: forwardToSite(nginx, "h2c-other") },
    }));
    const { text, stderr } = await curl(
      { port: passthru.ports[0]! },
      ["--http2-prior-knowledge"],
      "http://any.test/",
    );
    assertEquals(text, "h2c-other HTTP/2.0 any.test\n", stderr);
  },
);

programTest(
  NEEDS,
  "curl: HTTPS reaches both sites with their own certificates, over HTTP/1.1 and HTTP/2",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(httpsConfig(nginx));
    for (const site of ["a", "b"]) {
      const trust = nginx.certificate(`tls-${site}`);
      for (
        const [flag, protocol] of [
          ["--http1.1", "HTTP/1.1"],
          ["--http2", "HTTP/2.0"],
        ] as const
      ) {
        for (const [index, address] of ["127.0.0.1", "::1"].entries()) {
          const { text, stderr } = await curl(
            { port: passthru.ports[index]!, address, trust },
            [flag],
            `https://site-${site}.test/`,
          );
          const expected = `tls-${site} ${protocol} site-${site}.test\n`;
          assertEquals(text, expected, `${flag} to ${address}: ${stderr}`);
        }
      }
    }
  },
);

programTest(
  NEEDS,
  "curl: a site's certificate is not the one of another site",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(httpsConfig(nginx));
    const target = {
      port: passthru.ports[0]!,
      trust: nginx.certificate("tls-b"),
    };
    const wrong = await curl(target, [], "https://site-a.test/");
    assertEquals(wrong.code, BAD_CERTIFICATE, "the check can fail");
    const other = await curl(target, ["--insecure"], "https://unknown.test/");
    assertEquals(other.text, "tls-other HTTP/2.0 unknown.test\n", other.stderr);
  },
);

programTest(
  NEEDS,
  "curl: a host that is the path of a socket goes to the catch-all, one in doubt nowhere",
  async () => {
    await using nginx = await startSites();
    await using passthru = await startPassthru(oneServer({
      HTTP2: {
        "AUTHORITY site-a.test": forwardToSite(nginx, "h2c-a"),
        CATCHALL: forwardToSite(nginx, "h2c-other"),
      },
      HTTP: {
        "HOST site-a.test": forwardToSite(nginx, "plain-a"),
        CATCHALL: forwardToSite(nginx, "plain-b"),
      },
    }));
    const target = { port: passthru.ports[0]! };
    const get = (version: string, host: string) =>
      curl(
        target,
        [version, "--header", `Host: ${host}`],
        "http://127.0.0.1/",
      );
    const h2c = await get("--http2-prior-knowledge", "%2Frun%2Fx.sock");
    const host = "%2frun%2fx.sock";
    assertEquals(h2c.text, `h2c-other HTTP/2.0 ${host}\n`, h2c.stderr);
    const plain = await get("--http1.1", "%2Frun%2Fx.sock");
    assertEquals(plain.text, `plain-b HTTP/1.1 ${host}\n`, plain.stderr);
    for (const version of ["--http2-prior-knowledge", "--http1.1"]) {
      const doubtful = await get(version, "%73ite-a.test");
      assertNotEquals(doubtful.code, 0);
      assertEquals(doubtful.text, "");
    }
  },
);

function httpsConfig(nginx: Nginx): unknown {
  const TLS = {
    "SNI site-a.test": forwardToSite(nginx, "tls-a"),
    "SNI site-b.test": forwardToSite(nginx, "tls-b"),
    CATCHALL: forwardToSite(nginx, "tls-other"),
  };
  return {
    version: "v1.0.0",
    servers: { "127.0.0.1:0": { TLS }, "[::1]:0": { TLS } },
  };
}
