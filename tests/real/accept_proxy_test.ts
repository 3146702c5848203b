/** passthru behind what sends the PROXY protocol: HAProxy and curl. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStrictEquals,
} from "@std/assert";
import { makeCertificate } from "../support/certificates.ts";
import { connectionLines } from "../support/connection_lines.ts";
import { ANSWER, askAsClient, CLIENT } from "../support/curl_client.ts";
import { tempFolder } from "../support/daemon.ts";
import {
  answering,
  combinedPem,
  passingTo,
  startHaproxy,
} from "../support/haproxy.ts";
import { NGINX_STREAM, startNginxStream } from "../support/nginx_stream.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import {
  type LogLine,
  type PassthruProcess,
  startPassthru,
} from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { service } from "../support/services.ts";
import {
  bytesOf,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { within } from "../support/wait.ts";
import { curl } from "../support/web_clients.ts";

const FROM_LOOPBACK = { from: ["127.0.0.0/8"] };

programTest(
  ["haproxy", "curl"],
  "passthru behind HAProxy knows the client by v1 and v2",
  async () => {
    await using web = await startHaproxy([answering("web", "", "hello ")]);
    await using passthru = await startPassthru(oneServer({
      options: { accept_proxy: FROM_LOOPBACK },
      HTTP: forwardTo(web.address("web")),
    }));
    const port = passthru.ports[0]!;
    await using front = await startHaproxy([
      passingTo("one", port, "send-proxy"),
      passingTo("two", port, "send-proxy-v2"),
      passingTo(
        "full",
        port,
        "send-proxy-v2 proxy-v2-options crc32c,authority,unique-id",
        { lines: ["unique-id-format edge-%{+X}o%ci:%cp"] },
      ),
      passingTo("none", port, ""),
    ]);
    const locals = [];
    for (const name of ["one", "two", "full"]) {
      const [hello, local] = await askAsClient(
        front.port(name),
        [],
        "http://a.test/",
      );
      assertEquals(hello, "hello");
      locals.push(`${CLIENT}:${local}`);
    }
    const refused = await curl({ port: front.port("none") }, [], "http://a/");
    assertNotEquals(refused.code, 0);
    const lines = await linesOf(passthru, locals);
    for (const { proxy } of lines) {
      assertMatch(String(proxy), /^127\.0\.0\.1:\d+$/);
    }
    assertMatch(String(lines[2]!["unique_id"]), /^edge-7F000003:/);
    const { error } = await within(
      "the refusal",
      passthru.line(({ reason }) => reason === "proxy_header_missing"),
    );
    assertMatch(String(error), /^No PROXY header: found 0x47 at offset 0/);
  },
);

programTest(
  ["haproxy", "curl", "openssl"],
  "between two HAProxies passthru hands on what the first knew of the client",
  async () => {
    await using folder = await tempFolder();
    const site = await makeCertificate(folder.path, "site.test");
    const pem = await combinedPem(site, folder.path);
    await using back = await startHaproxy([
      answering("web", "accept-proxy", `${ANSWER}%[fc_rcvd_proxy] `),
    ]);
    await using passthru = await startPassthru(oneServer({
      options: { accept_proxy: FROM_LOOPBACK },
      HTTP: forwardTo(back.address("web"), { send_proxy: "v2" }),
    }));
    await using front = await startHaproxy([
      passingTo(
        "edge",
        passthru.ports[0]!,
        "send-proxy-v2 proxy-v2-options ssl,cert-cn,ssl-cipher,authority,crc32c,unique-id",
        {
          bind: `ssl crt ${pem} alpn http/1.1`,
          lines: ["unique-id-format edge-%ci-%cp"],
        },
      ),
    ]);
    const port = front.port("edge");
    const answer = await askAsClient(
      port,
      ["--cacert", site.file, "--header", "Host: other.test"],
      "https://site.test/",
    );
    const local = answer.at(-1);
    assertEquals(answer, [
      CLIENT,
      "127.0.0.1",
      String(port),
      // By what TLS said, not by the Host that passthru saw.
      "site.test",
      `edge-${CLIENT}-${local}`,
      local,
      "1",
      local,
    ]);
    const [line] = await linesOf(passthru, [`${CLIENT}:${local}`]);
    assertEquals(
      [line!["unique_id"], line!["host"]],
      [`edge-${CLIENT}-${local}`, "other.test"],
    );
  },
);

programTest(
  ["haproxy", "curl"],
  "HAProxy's health checks through passthru are their own clients",
  async () => {
    await using web = await startHaproxy([answering("web", "", "hello ")]);
    await using passthru = await startPassthru(oneServer({
      options: { accept_proxy: FROM_LOOPBACK, detect_timeout: "500ms" },
      HTTP: forwardTo(web.address("web")),
    }));
    await using _front = await startHaproxy([
      passingTo(
        "two",
        passthru.ports[0]!,
        "send-proxy-v2 proxy-v2-options crc32c check inter 100ms check-send-proxy",
        {
          lines: [
            "option httpchk",
            "http-check send meth GET uri /check ver HTTP/1.1 hdr Host a.test",
          ],
        },
      ),
    ]);
    const check = await within(
      "a health check",
      passthru.line(({ path }) => path === "/check"),
    );
    assertStrictEquals(check["client"], check["proxy"], "it says LOCAL");
    assert(Number(check["bytes_down"]) > 0, "it was answered");
  },
);

programTest(
  ["haproxy", "curl"],
  "curl --haproxy-protocol is known by its header",
  async () => {
    await using web = await startHaproxy([answering("web", "", "hello ")]);
    await using passthru = await startPassthru(oneServer({
      options: { accept_proxy: FROM_LOOPBACK },
      HTTP: forwardTo(web.address("web")),
    }));
    const args = ["--haproxy-protocol"];
    const [hello, local] = await askAsClient(
      passthru.ports[0]!,
      args,
      "http://site.test/",
    );
    assertEquals(hello, "hello");
    const [line] = await connectionLines(passthru, 1);
    const client = `${CLIENT}:${local}`;
    assertEquals([line!["client"], line!["proxy"]], [client, client]);
  },
);

/**
 * The lines of these clients, in their order. There are others: whoever looks
 * whether HAProxy listens is passed on to passthru.
 */
function linesOf(
  passthru: PassthruProcess,
  clients: readonly string[],
): Promise<LogLine[]> {
  return within(
    "the lines of the clients",
    Promise.all(
      clients.map((one) => passthru.line(({ client }) => client === one)),
    ),
  );
}

programTest(
  ["nginx", NGINX_STREAM],
  "passthru behind nginx knows a client of the other family than nginx listens on",
  async () => {
    // nginx passes no half-close on.
    await using target = service(async (conn) =>
      await writeAll(conn, await readExactly(conn, 5))
    );
    await using passthru = await startPassthru(oneServer({
      options: { accept_proxy: FROM_LOOPBACK },
      CATCHALL: forwardTo(target.address),
    }));
    await using nginx = await startNginxStream([{
      listen: "proxy_protocol",
      ipv6: true,
      lines: [
        "set_real_ip_from 127.0.0.0/8",
        "set_real_ip_from ::1",
        "proxy_protocol on",
        `proxy_pass 127.0.0.1:${passthru.ports[0]}`,
      ],
    }]);
    const port = nginx.ports[0]!;
    for (
      const [hostname, header] of [
        ["127.0.0.1", "TCP6 2001:db8::1 2001:db8::2 40000 443"],
        ["::1", "TCP4 192.0.2.1 192.0.2.2 40000 443"],
      ] as const
    ) {
      using conn = await Deno.connect({ hostname, port });
      await writeAll(conn, bytesOf(`PROXY ${header}\r\nhello`));
      assertEquals(textOf(await readAll(conn)), "hello");
    }
    // nginx was connected to once, to see whether it listens.
    const lines = await connectionLines(passthru, 2);
    assertEquals(
      lines.map(({ client }) => client),
      ["[2001:db8::1]:40000", "192.0.2.1:40000"],
    );
  },
);
