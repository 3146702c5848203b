import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import { explain, recordsOf } from "../../support/explain_cli.ts";
import { hello } from "../../support/explain.ts";
import { fromClient, handshake, packetsOf } from "../../support/flows.ts";
import { pcap, pcapng } from "../../support/pcap_writer.ts";
import { runPassthru } from "../../support/process.ts";
import { bytesOf } from "../../support/tcp.ts";

const SSH_HEX = "5353482d322e302d780d0a";
const REJECT = { action: "REJECT" };
const ONE_SERVER = {
  version: "v1.0.0",
  servers: {
    "127.0.0.1:443": {
      TLS: {
        "SNI *.example.com": {
          action: "FORWARD",
          to_addr: "127.0.0.1:8443",
          name: "apps",
        },
        "SNI www.example.com": { action: "FORWARD", to_addr: "127.0.0.1:8444" },
        CATCHALL: REJECT,
      },
      SSH: { CATCHALL: { action: "FORWARD", to_addr: "127.0.0.1:22" } },
    },
  },
};

Deno.test("explain --hex: all built-in detectors, as text and as JSON", async () => {
  const { code, stdout, stderr } = await explain(["--hex", SSH_HEX]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^hex: 11 bytes\n {2}DETECTOR +VERDICT +DECIDED AT +FACTS OR WHY\n/,
  );
  assertMatch(stdout, /\n {2}TLS +no +0 \(0x53\)\n/);
  assertMatch(
    stdout,
    /\n {2}SSH +match +10 \(0x0a\) +software=x version=2.0\n/,
  );
  assertMatch(stdout, /\n {2}protocol {2}SSH\n$/);
  const json = await explain(["--json", "--hex", `0x${SSH_HEX}`]);
  const [record, ...more] = recordsOf(json.stdout);
  assertEquals(more, []);
  assertEquals(
    [record!.id, record!.protocol, record!.rule, record!.target],
    ["hex", "SSH", null, null],
  );
});

Deno.test("explain -c: the rule, the target and why the others lost", async () => {
  const { code, stdout } = await explain(
    ["-c", "cfg.jsonc", "--file", "hello.bin"],
    { "cfg.jsonc": ONE_SERVER, "hello.bin": hello("a.example.com") },
  );
  assertEquals(code, 0);
  assertEquals(
    stdout,
    `hello.bin: 117 bytes
  DETECTOR  VERDICT  DECIDED AT  FACTS OR WHY
  TLS       match    116 (0x03)  sni=a.example.com version=1.3
  SSH       no       0 (0x16)
  protocol  TLS
  rule      TLS/SNI *.example.com: the most specific rule of TLS that matches
  target    127.0.0.1:8443 (apps)
  RULE THAT LOST           WHY
  TLS/SNI www.example.com  SNI: wanted www.example.com, found a.example.com
  TLS/CATCHALL             less specific
`,
  );
});

Deno.test("explain --pcap: every flow, and what was passed over on standard error", async () => {
  const segments = [
    ...handshake(1),
    ...handshake(50, 70, { fromPort: 999 }),
    fromClient(51, bytesOf("SSH-2.0-x\r\n"), { fromPort: 999 }),
    { ...fromClient(2), fragment: 0x2000 },
  ];
  for (const file of [pcap(packetsOf(segments)), pcapng(packetsOf(segments))]) {
    const args = ["-c", "cfg.jsonc", "--pcap", "x.pcap"];
    const files = { "cfg.jsonc": ONE_SERVER, "x.pcap": file };
    const { code, stdout, stderr } = await explain(args, files);
    assertEquals(
      [code, stderr],
      [0, "x.pcap: skipped IP fragments: 1\n"],
    );
    assertMatch(
      stdout,
      /^tcp0: 0 bytes, 192\.0\.2\.7:50412 -> 192\.0\.2\.1:443\n {2}protocol {2}none\n {2}rule {6}none: silent: .*\n {2}note {6}the client sent nothing\n\ntcp1: 11 bytes, 192\.0\.2\.7:999 -> /,
    );
    const json = await explain([...args, "--json"], files);
    assertEquals(
      recordsOf(json.stdout).map(({ id, client, server, protocol, rule }) => [
        id,
        client,
        server,
        protocol,
        rule,
      ]),
      [
        ["tcp0", "192.0.2.7:50412", "192.0.2.1:443", null, null],
        ["tcp1", "192.0.2.7:999", "192.0.2.1:443", "SSH", "SSH/CATCHALL"],
      ],
    );
  }
});

Deno.test("explain: of a broken input, what could be read is printed, then the place", async () => {
  const capture = pcap(packetsOf([fromClient(1, bytesOf("SSH-2.0-x\r\n"))]));
  const line = `{"id":"a","segments":["U1NI"]}\n`;
  const inputs: [string, Uint8Array, number, RegExp][] = [
    ["--pcap", bytesOf("no"), 0, /^f: the file has 2 bytes: expected a pcap/],
    [
      "--pcap",
      Uint8Array.from([...capture, 1, 2]),
      1,
      /^f: packet 2 \(byte \d+\): the file ends in it/,
    ],
    ["--jsonl", bytesOf(`${line}{]`), 1, /^f:2:2: found "]", expected/],
    ["--hex", new Uint8Array(), 0, /^--hex:1:2: found "z", expected a hex/],
  ];
  for (const [option, bytes, flows, message] of inputs) {
    const value = option === "--hex" ? "0z" : "f";
    const { code, stdout, stderr } = await explain(
      [option, value, "--json"],
      { f: bytes },
    );
    assertEquals(code, 1);
    assertEquals(stdout.split("\n").length - 1, flows);
    assertMatch(stderr, message);
  }
});

Deno.test("explain: what a client controls is escaped", async () => {
  const odd = "\x1b[31m\u202e\n";
  const line = JSON.stringify({
    id: `id${odd}`,
    transport: "tcp",
    segments: [btoa("GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n")],
  });
  const bytes = bytesOf(
    `${line}\n${JSON.stringify({ id: "u", transport: odd, segments: [] })}`,
  );
  const files = { "cases.jsonl": bytes };
  for (const more of [[], ["--json"]]) {
    const args = ["--jsonl", "cases.jsonl", ...more];
    const { code, stdout } = await explain(args, files);
    assertEquals(code, 0);
    assertMatch(stdout, /^[\x20-\x7e\n]+$/);
  }
  const { stdout } = await explain(["--jsonl", "cases.jsonl"], files);
  assertMatch(stdout, /^id\\u001b\[31m\\u202e\\u000a: 32 bytes\n/);
  assertMatch(
    stdout,
    /\n {2}note {6}transport "\\u001b\[31m\\u202e\\u000a": only/,
  );
});

Deno.test("explain: the server is the only one or the one that is named", async () => {
  const two = {
    version: "v1.0.0",
    servers: {
      "127.0.0.1:1": { SSH: { CATCHALL: REJECT } },
      ":2": { TLS: { CATCHALL: REJECT } },
    },
  };
  const files = { "cfg.jsonc": two };
  const args = ["-c", "cfg.jsonc", "--hex", SSH_HEX, "--json"];
  const { code, stdout } = await explain(
    [...args, "--server", "127.0.0.1:1"],
    files,
  );
  assertEquals([code, recordsOf(stdout)[0]!.rule], [0, "SSH/CATCHALL"]);
  const none = await explain(args, files);
  assertEquals(none.code, 2);
  assertMatch(
    none.stderr,
    /^The config has 2 servers: expected --server and one of 127\.0\.0\.1:1, :2\n/,
  );
  const unknown = await explain([...args, "--server", "127.0.0.1:2"], files);
  assertEquals(unknown.code, 2);
  assertMatch(
    unknown.stderr,
    /^Unknown server "127\.0\.0\.1:2": expected one of 127\.0\.0\.1:1, :2 \(did you mean/,
  );
});

Deno.test("explain: wrong usage exits with 2, a bad config with 78, a missing file with 1", async () => {
  const usage: [string[], RegExp][] = [
    [[], /^Nothing to explain: expected a sample such as --sni NAME, /],
    [["--hex", "00", "--pcap", "x"], /^Options "--hex" and "--pcap" exclude/],
    [["--hex", "00", "--server", ":1"], /^Option "--server" needs "--config"/],
    [
      ["--hex", "00", "-t", "1s"],
      /^Option "--detect-timeout" needs "--listen"/,
    ],
    [["-c", "-", "--file", "-"], /cannot both read standard input\n/],
    [
      ["--listen", "nowhere"],
      /^Invalid value of "--listen": found "nowhere": the port is missing\n/,
    ],
    [
      ["--listen", "127.0.0.1:0", "-t", "soon"],
      /^Invalid value of "--detect-timeout"/,
    ],
    [["--hex"], /^Option "--hex" has no value/],
  ];
  for (const [args, message] of usage) {
    const { code, stdout, stderr } = await explain(args);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, message);
  }
  const bad = await explain(["-c", "c", "--hex", "00"], { c: bytesOf("{") });
  assertEquals(bad.code, 78);
  const missing = await explain(["--pcap", "/no/such/file"]);
  assertEquals([missing.code, missing.stderr], [
    1,
    'Cannot read "/no/such/file": no such file\n',
  ]);
  const folder = await explain(["--file", "/"]);
  assertEquals([folder.code, folder.stderr], [
    1,
    'Cannot read "/": it is a directory\n',
  ]);
});

Deno.test("explain: random inputs of every kind never end in an internal error", async () => {
  const kind = fc.constantFrom("--pcap", "--jsonl", "--file");
  await fc.assert(
    fc.asyncProperty(kind, fc.uint8Array(), async (option, bytes) => {
      const { code, stderr } = await explain([option, "f"], { f: bytes });
      assert(code === 0 || code === 1);
      assertNotMatch(stderr, /Internal error/);
    }),
    { numRuns: 50 },
  );
});

Deno.test("explain: as a process, from standard input", async () => {
  const { code, stdout, stderr } = await runPassthru(
    ["explain", "--jsonl", "-", "--json"],
    '{"id":"a","transport":"tcp","segments":["U1NILTIuMC14DQo="]}\n',
  );
  assertEquals([code, stderr], [0, ""]);
  assertEquals(recordsOf(stdout)[0]!.protocol, "SSH");
});
