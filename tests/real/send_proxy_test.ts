/** Targets behind passthru that take the PROXY protocol: HAProxy and nginx. */
import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../support/certificates.ts";
import { connectionLines } from "../support/connection_lines.ts";
import { ANSWER, askAsClient, CLIENT } from "../support/curl_client.ts";
import { tempFolder } from "../support/daemon.ts";
import { answering, combinedPem, startHaproxy } from "../support/haproxy.ts";
import { startNginx } from "../support/nginx.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";

programTest(
  ["haproxy", "curl"],
  "HAProxy behind passthru sees the client by v1 and v2, and by v2 its host and name",
  async () => {
    await using haproxy = await startHaproxy([
      answering("web", "accept-proxy", ANSWER),
    ]);
    const action = (version: string) => ({
      action: "FORWARD",
      to_addr: haproxy.address("web"),
      send_proxy: version,
    });
    await using passthru = await startPassthru(oneServer({
      HTTP: { "HOST v1.test": action("v1"), "HOST v2.test": action("v2") },
    }));
    const port = passthru.ports[0]!;
    const v1 = await askAsClient(port, [], "http://v1.test/");
    const v2 = await askAsClient(port, [], "http://v2.test/");
    const [first, second] = await connectionLines(passthru, 2);
    const ends = [CLIENT, "127.0.0.1", String(port)];
    const local = (line: { client?: unknown }) =>
      String(line.client).split(":")[1];
    assertEquals(v1, [...ends, "", "", v1.at(-1), v1.at(-1)]);
    assertEquals(v1.at(-1), local(first!));
    assertMatch(String(second!["unique_id"]), /^[0-9a-f]{16}-\d+$/);
    assertEquals(v2, [
      ...ends,
      "v2.test",
      second!["unique_id"],
      local(second!),
      local(second!),
    ]);
  },
);

programTest(
  ["haproxy", "curl", "openssl"],
  "HAProxy that ends TLS behind passthru sees the client and the server name",
  async () => {
    await using folder = await tempFolder();
    const site = await makeCertificate(folder.path, "site.test");
    const pem = await combinedPem(site, folder.path);
    await using haproxy = await startHaproxy([
      answering("web", `accept-proxy ssl crt ${pem} alpn h2,http/1.1`, ANSWER),
    ]);
    await using passthru = await startPassthru(oneServer({
      TLS: forwardTo(haproxy.address("web"), { send_proxy: "v2" }),
    }));
    const port = passthru.ports[0]!;
    for (const args of [["--http1.1"], ["--http2"], ["--no-alpn"]]) {
      const answer = await askAsClient(
        port,
        [...args, "--cacert", site.file],
        "https://site.test/",
      );
      assertEquals(answer.slice(0, 4), [
        CLIENT,
        "127.0.0.1",
        String(port),
        "site.test",
      ]);
      assertEquals(answer.at(-1), answer.at(-2));
    }
  },
);

programTest(
  ["nginx", "curl"],
  "nginx behind passthru sees the client by v1 and v2",
  async () => {
    await using nginx = await startNginx([
      { name: "web", http2: false, proxyProtocol: true },
    ]);
    for (const version of ["v1", "v2"]) {
      await using passthru = await startPassthru(oneServer({
        HTTP: forwardTo(nginx.address("web"), { send_proxy: version }),
      }));
      const port = passthru.ports[0]!;
      const answer = await askAsClient(port, [], "http://site.test/");
      const local = answer.at(-1);
      assertEquals(
        answer,
        ["web", CLIENT, local, "127.0.0.1", String(port), local],
      );
    }
  },
);
