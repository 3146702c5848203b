/** What curl and openssl show of a rejection, through passthru as a process. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connectionLines } from "../support/connection_lines.ts";
import { tempFolder } from "../support/daemon.ts";
import { oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programTest, run } from "../support/programs.ts";
import { noise } from "../support/tcp.ts";
import { curl } from "../support/web_clients.ts";

const CONFIG = oneServer({
  TLS: { CATCHALL: { action: "REJECT", with: "tls_alert" } },
  HTTP: {
    CATCHALL: { action: "REJECT", with: "http_status" },
    "PATH /gone": { action: "REJECT", with: "http_status", status: 410 },
    "PATH /drop": { action: "REJECT", with: "drop" },
  },
  HTTP2: { CATCHALL: { action: "REJECT", with: "http_status" } },
});

programTest(
  ["openssl"],
  "openssl: every version is told that the name is unrecognized",
  async () => {
    await using passthru = await startPassthru(CONFIG);
    const connect = `127.0.0.1:${passthru.ports[0]}`;
    const versions = [
      ["-tls1_3"],
      ["-tls1_2"],
      ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
    ];
    for (const version of versions) {
      const { code, stderr } = await run("openssl", [
        ...["s_client", "-connect", connect, "-servername", "gone.test"],
        ...version,
      ]);
      assertEquals(code, 1);
      assertMatch(stderr, /unrecognized name.*SSL alert number 112/, stderr);
    }
    for (const line of await connectionLines(passthru, versions.length)) {
      const { reason, with: how, rule } = line;
      assertEquals(
        [reason, how, rule],
        ["rejected", "tls_alert", "TLS/CATCHALL"],
      );
    }
  },
);

programTest(
  ["curl"],
  "curl: an alert, a status, a status without a body, and nothing at all",
  async () => {
    await using passthru = await startPassthru(CONFIG);
    const there = { port: passthru.ports[0]! };
    const tls = await curl(there, ["--insecure"], "https://gone.test/");
    assertEquals(tls.code, 35);
    assertMatch(tls.stderr, /unrecognized name/);
    const shown = ["--write-out", "%{http_code} %{http_version}"];
    const cases: [args: string[], path: string, expected: string][] = [
      [[], "", "421 Misdirected Request\n421 1.1"],
      [["--http1.0"], "", "421 Misdirected Request\n421 1.1"],
      [[], "gone", "410 Gone\n410 1.1"],
      [["--head", "--output", "/dev/null"], "", "421 1.1"],
      [["--http2-prior-knowledge"], "", "421 2"],
      [["--http2-prior-knowledge", "--head", "-o", "/dev/null"], "", "421 2"],
    ];
    for (const [args, path, expected] of cases) {
      const url = `http://gone.test/${path}`;
      const { code, text, stderr } = await curl(
        there,
        [...shown, ...args],
        url,
      );
      assertEquals([code, text], [0, expected], `${args}: ${stderr}`);
    }
    const drop = await curl(there, ["--max-time", "1"], "http://x.test/drop");
    assertEquals([drop.code, drop.text], [28, ""]);
    const lines = await connectionLines(passthru, 2 + cases.length);
    assertEquals(lines.map((line) => line["with"]), [
      "tls_alert",
      "http_status 421",
      "http_status 421",
      "http_status 410",
      ...new Array(3).fill("http_status 421"),
      "drop",
    ]);
  },
);

programTest(
  ["curl"],
  "curl: a large upload still reads its refusal, in HTTP/1 and HTTP/2",
  async () => {
    await using passthru = await startPassthru(CONFIG);
    await using folder = await tempFolder();
    const file = `${folder.path}/upload`;
    await Deno.writeFile(file, noise(4 * 1024 * 1024));
    // curl 7.88 shows the status of HTTP/2, but holds that a response before the
    // end of the request is half of one.
    const versions: [version: string, codes: number[]][] = [
      ["--http1.1", [0]],
      ["--http2-prior-knowledge", [0, 18]],
    ];
    for (const [version, codes] of versions) {
      const { code, text, stderr } = await curl(
        { port: passthru.ports[0]! },
        [
          ...[version, "--upload-file", file, "--header", "Expect:"],
          ...["--write-out", "%{http_code}", "--output", "/dev/null"],
        ],
        "http://gone.test/",
      );
      assertEquals(text, "421", `${version}: ${stderr}`);
      assert(codes.includes(code), `${version}: ${stderr}`);
    }
  },
);
