import { assert, assertEquals, assertMatch } from "@std/assert";
import { BUILTINS } from "../../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../../src/detect/datagram_builtins.ts";
import type { DetectorPage } from "../../../src/detect/detector_page.ts";
import { runCli } from "../../support/cli.ts";

const NAMES = [
  ...new Set([...BUILTINS, ...DATAGRAM_BUILTINS].map(({ name }) => name)),
].sort();

/** Runs `passthru detectors` in this process. */
const detectors = (...args: string[]) => runCli("detectors", ...args);

/** Runs it with a config that declares such detectors. */
async function withDeclared(
  declared: Readonly<Record<string, object>>,
  ...args: string[]
) {
  const file = await Deno.makeTempFile({ suffix: ".jsonc" });
  try {
    const servers = {
      "127.0.0.1:1": { CATCHALL: { CATCHALL: { action: "REJECT" } } },
    };
    await Deno.writeTextFile(
      file,
      JSON.stringify({ version: "v1.0.0", detectors: declared, servers }),
    );
    const { code, stdout, stderr } = await detectors("-c", file, ...args);
    return {
      code,
      stdout: stdout.replaceAll(file, "cfg.jsonc"),
      stderr: stderr.replaceAll(file, "cfg.jsonc"),
    };
  } finally {
    await Deno.remove(file);
  }
}

/** The names in the first column of a table, up to the empty line behind it. */
function namesIn(table: string): string[] {
  const [rows] = table.split("\n\n", 1);
  return rows!.split("\n").slice(1).map((row) => row.split(" ", 1)[0]!);
}

Deno.test("detectors: a table of all built-in detectors, by name", async () => {
  const { code, stdout, stderr } = await detectors();
  assertEquals([code, stderr], [0, ""]);
  assertEquals(namesIn(stdout), NAMES);
  assertMatch(stdout, /^DETECTOR +OVER +RECOGNISES +RULE WORDS\n/);
  assertMatch(
    stdout,
    /^TLS +TCP +TLS and SSL 3\.0, by the ClientHello +SNI ALPN NOSNI VERSION ECH JA4 JA3$/m,
  );
  assertMatch(stdout, /^DNS +TCP UDP +DNS over TCP, .* NAME TYPE$/m);
  assertMatch(stdout, /^RTP +UDP +RTP, by two packets of one source$/m);
});

Deno.test("detectors NAME: both pages, where one is over TCP and one over UDP", async () => {
  const { stdout } = await detectors("DNS");
  const [tcp, udp] = stdout.split("\n\nDNS: DNS over UDP, ");
  assertMatch(tcp!, /^DNS: DNS over TCP, /);
  assertMatch(tcp!, /\n\nLooks at 65537 bytes at most$/);
  assertMatch(udp!, /\n\nLooks at the first datagram of a UDP flow at most\n$/);
  const quic = await detectors("QUIC");
  assertMatch(quic.stdout, /\n\nLooks at the first 8 datagrams of a UDP flow /);
  const page: DetectorPage = JSON.parse(
    (await detectors("DNS", "--json")).stdout,
  );
  assertEquals([page.transport, page.udp?.transport], ["tcp", "udp"]);
});

Deno.test("detectors NAME: the page of one, in any case of its name", async () => {
  const { code, stdout, stderr } = await detectors("SSH");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    stdout,
    `SSH: SSH, by the client's identification string

First bytes: \`SSH-\` version \`-\` software, optionally SP and comments, CRLF; at
most 255 bytes

Rules:
  SOFTWARE OpenSSH*  \`software\` is this value; also \`value*\` for a prefix
  CATCHALL           connections that no other rule matches

Facts:
  software  the software version as sent, without comments: \`OpenSSH_9.6\`
  version   the protocol version: \`2.0\`

Source:
  RFC 4253 §4.2  https://www.rfc-editor.org/rfc/rfc4253#section-4.2

Strict: the fixed start and the whole line are checked. A bare LF is accepted;
SSH 1 clients send it.
A client that waits for the server's line, such as \`ssh-keyscan\`, is \`SILENT\`,
not \`SSH\`.
A line with the fixed start that is not a valid identification string is
malformed.

Looks at 255 bytes at most
`,
  );
  assertEquals((await detectors("ssh")).stdout, stdout);
});

Deno.test("detectors --json: the pages as an array, or the one", async () => {
  const all = await detectors("--json");
  assertEquals([all.code, all.stderr], [0, ""]);
  const pages: DetectorPage[] = JSON.parse(all.stdout);
  assertEquals(pages.map(({ name }) => name), NAMES);
  const one = await detectors("HTTP2", "--json");
  const page: DetectorPage = JSON.parse(one.stdout);
  assertEquals(pages.find(({ name }) => name === "HTTP2"), page);
  assertEquals(Object.keys(page), [
    ...["name", "summary", "transport", "max_bytes", "first_bytes", "rules"],
    ...["facts", "source", "stance"],
  ]);
  assertMatch(all.stdout, /^[\n\x20-\x7e]+$/);
});

Deno.test("detectors -c: also those that the config declares", async () => {
  const own = { MINE: { prefix: "hex:cafe" } };
  const { code, stdout, stderr } = await withDeclared(own);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(namesIn(stdout), [...NAMES, "MINE"].sort());
  assertEquals(
    (await withDeclared(own, "MINE")).stdout,
    `MINE: hex:cafe at byte 0

Rules:
  CATCHALL  connections that no other rule matches

Source:
  declared in cfg.jsonc

Looks at 2 bytes at most

MINE: hex:cafe at byte 0 of the first datagram

Rules:
  CATCHALL  connections that no other rule matches

Source:
  declared in cfg.jsonc

Looks at the first datagram of a UDP flow at most
`,
  );
});

Deno.test("detectors -c: what a config declares does not reach the terminal as it is", async () => {
  const own = { MINE: { prefix: "\x1b[31m\x9b\u202e" } };
  const expected = "MINE: \\u001b[31m\\u009b\\u202e at byte 0\n";
  const page = await withDeclared(own, "MINE");
  assert(page.stdout.startsWith(expected), page.stdout);
  const table = await withDeclared(own);
  assertMatch(
    table.stdout,
    /^MINE +TCP UDP +\\u001b\[31m\\u009b\\u202e at byte 0$/m,
  );
  const { stdout } = await withDeclared(own, "MINE", "--json");
  assertMatch(stdout, /^[\n\x20-\x7e]+$/);
  assertEquals(JSON.parse(stdout).summary, "\x1b[31m\x9b\u202e at byte 0");
});

Deno.test("detectors: an unknown name is a usage error with what was probably meant", async () => {
  const { code, stdout, stderr } = await detectors("TSL");
  assertEquals([code, stdout], [2, ""]);
  assertEquals(
    stderr,
    'Unknown detector "TSL": expected one that "passthru detectors" lists (did you mean "TLS"?)\nRun "passthru detectors --help" for the options\n',
  );
  const two = await detectors("TLS", "SSH");
  assertEquals([two.code, two.stdout], [2, ""]);
  assertMatch(two.stderr, /^Unexpected argument "SSH"\n/);
});

Deno.test("detectors -c: a bad config exits with 78 and prints every problem", async () => {
  const { code, stdout, stderr } = await withDeclared({ MINE: {} });
  assertEquals([code, stdout], [78, ""]);
  assertMatch(stderr, /^cfg\.jsonc:1:\d+: error: Invalid detector "MINE"/);
});

Deno.test("help detectors: names its argument", async () => {
  const { stdout } = await detectors("--help");
  assertMatch(
    stdout,
    /^Usage:\n {2}passthru detectors \[NAME\] \[options\]$/m,
  );
});
