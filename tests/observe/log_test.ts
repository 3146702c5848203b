import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStrictEquals,
} from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { logReport } from "../../src/observe/connection_log.ts";
import { Logger } from "../../src/observe/log.ts";
import type { Report } from "../../src/observe/report.ts";
import { logged, REPORT } from "../support/logged.ts";

Deno.test("log: a connection's line as text", () => {
  assertEquals(
    logged({}, (logger) => logReport(logger, REPORT)),
    '2026-01-02T03:04:05.006Z INFO  client_eof client=192.0.2.1:5555 listener=:443 rule="TLS/SNI a.example" name=site target=127.0.0.1:8443 up=10 down=20 took=2s\n',
  );
});

Deno.test("log: at debug a connection's line as text has all that JSON has", () => {
  assertEquals(
    logged({ level: "debug" }, (logger) => logReport(logger, REPORT)),
    '2026-01-02T03:04:05.006Z INFO  client_eof conn=7 client=192.0.2.1:5555 listener=:443 protocol=TLS rule="TLS/SNI a.example" name=site target=127.0.0.1:8443 sni=a.example alpn=h2,http/1.1 bytes_up=10 bytes_down=20 detect_seconds=0.001235 dial_seconds=0.0005 duration_seconds=2\n',
  );
});

/** Connections as they come to a machine of which one port serves several. */
const USUAL: readonly Partial<Report>[] = [
  {
    rule: "TLS/SNI www.example.com",
    facts: { sni: "www.example.com", alpn: ["h2", "http/1.1"], version: "1.3" },
  },
  {
    protocol: "HTTP",
    rule: "HTTP/HOST www.example.com",
    facts: { method: "GET", path: "/index.html", host: "www.example.com" },
  },
  {
    protocol: "SSH",
    rule: "SSH/CATCHALL",
    target: "127.0.0.1:22",
    facts: { software: "OpenSSH_9.2p1 Debian-2+deb12u3", version: "2.0" },
  },
  {
    protocol: null,
    rule: "CATCHALL/CATCHALL",
    facts: {},
    verdicts: ["TLS: no", "HTTP: no", "SSH: no"],
  },
];

Deno.test("log: as text a connection fits 160 columns in the usual case", () => {
  for (const color of [false, true]) {
    const lines = logged({ color }, (logger) => {
      for (const usual of USUAL) {
        logReport(logger, {
          ...omit(REPORT, "name"),
          id: 12_345,
          client: "203.0.113.77:51234",
          bytesUp: 780,
          bytesDown: 118_300,
          totalMs: 38.4,
          ...usual,
        }, { several: false });
      }
    }).trimEnd().split("\n");
    // deno-lint-ignore no-control-regex
    const plain = lines.map((line) => line.replaceAll(/\x1b\[\d+m/g, ""));
    assertEquals(
      plain.filter((line) => line.length > 160).map((line) =>
        `${line.length}: ${line}`
      ),
      [],
    );
    assertEquals(plain.map((line) => line.split(" took=38ms")[1]), [
      " conn=12345",
      "",
      " conn=12345 version=2.0",
      " conn=12345",
    ]);
  }
});

Deno.test("log: as text a line has what went wrong, what the client asked for, and its number, however long", () => {
  const sni = `${"a".repeat(60)}.example.com`;
  const line = logged({}, (logger) =>
    logReport(logger, {
      ...REPORT,
      rule: "TLS/SNI *.example.com",
      facts: { sni, alpn: ["h2"] },
      reason: "dial_failed",
      error: "127.0.0.1:8443: connection refused",
    }));
  assertMatch(line, / WARN {2}dial_failed client=/);
  assertMatch(line, / error="127\.0\.0\.1:8443: connection refused" up=/);
  assert(line.endsWith(` took=2s sni=${sni} conn=7\n`), line);
  const unknown = logged({}, (logger) =>
    logReport(logger, {
      ...REPORT,
      protocol: null,
      rule: null,
      facts: {},
      verdicts: ["TLS: malformed, the SNI holds a space", "SSH: no"],
      reason: "no_route",
    }));
  assertMatch(
    unknown,
    / verdicts="TLS: malformed, the SNI holds a space" conn=7\n$/,
  );
});

/** The report without a field. */
function omit(report: Report, field: "name"): Report {
  const { [field]: _, ...rest } = report;
  return rest;
}

Deno.test("log: a connection's line as JSON has flat, stable keys", () => {
  const text = logged(
    { format: "json" },
    (logger) => logReport(logger, REPORT),
  );
  assertEquals(JSON.parse(text), {
    time: "2026-01-02T03:04:05.006Z",
    level: "info",
    msg: "connection",
    conn: 7,
    client: "192.0.2.1:5555",
    listener: ":443",
    protocol: "TLS",
    sni: "a.example",
    alpn: ["h2", "http/1.1"],
    rule: "TLS/SNI a.example",
    name: "site",
    target: "127.0.0.1:8443",
    bytes_up: 10,
    bytes_down: 20,
    detect_seconds: 0.001235,
    dial_seconds: 0.0005,
    duration_seconds: 2,
    reason: "client_eof",
  });
});

Deno.test("log: no fact hides a field, and none is lost", () => {
  const facts = { conn: "x", reason: "x", target: "x", name: "z", own: "y" };
  const text = logged(
    { format: "json" },
    (logger) => logReport(logger, { ...REPORT, facts }),
  );
  const line = JSON.parse(text);
  assertEquals(
    [line.conn, line.reason, line.target, line.own],
    [7, "client_eof", "127.0.0.1:8443", "y"],
  );
  assertEquals([line.tls_name, line.tls_conn, line.name], [
    "z",
    "x",
    "site",
  ]);
});

Deno.test("log: levels", () => {
  const reports: Report[] = [
    REPORT,
    { ...REPORT, reason: "dial_failed" },
    { ...REPORT, reason: "internal_error" },
  ];
  for (
    const [level, lines] of [["debug", 3], ["info", 3], ["warn", 2], [
      "error",
      1,
    ]] as const
  ) {
    const text = logged({ level }, (logger) => {
      for (const report of reports) logReport(logger, report);
    });
    assertEquals(text.split("\n").length - 1, lines, level);
  }
});

Deno.test("log: a client that sent nothing is a line for debug only", () => {
  const silent: Report = {
    ...REPORT,
    protocol: null,
    facts: {},
    rule: null,
    target: null,
    bytesUp: 0,
    bytesDown: 0,
  };
  const linesOf = (report: Report, level: "debug" | "info") =>
    logged({ level }, (logger) => logReport(logger, report));
  for (const reason of ["client_eof", "client_reset"] as const) {
    const report = { ...silent, reason };
    assertEquals(linesOf(report, "info"), "");
    assertMatch(
      linesOf(report, "debug"),
      new RegExp(` DEBUG ${reason} conn=7 `),
    );
    const spoke = { ...report, verdicts: ["TLS: more"] };
    assertMatch(
      linesOf(spoke, "info"),
      new RegExp(` INFO {2}${reason} client=`),
    );
  }
  const refused: Report = { ...silent, reason: "untrusted_source" };
  assertMatch(linesOf(refused, "info"), / INFO {2}untrusted_source client=/);
});

Deno.test("log: a level set later is stronger than the settings, until taken back", () => {
  const text = logged({ level: "warn" }, (logger) => {
    logger.log("info", "one");
    logger.setLevel("debug");
    logger.log("debug", "two");
    logger.configure({ level: "error" });
    logger.log("debug", "three");
    assertEquals(logger.level, "debug");
    logger.setLevel(null);
    assertEquals(logger.level, "error");
    logger.log("warn", "four");
    logger.tell("info", "five");
  });
  const messages = text.trim().split("\n").map((line) => line.split(/\s+/)[2]);
  assertEquals(messages, ["two", "three", "five"]);
});

Deno.test("log: lines of one turn are written together, without asking", async () => {
  const writes: string[] = [];
  const logger = new Logger({ write: (lines) => writes.push(lines) });
  logger.log("info", "one");
  logger.log("info", "two");
  assertEquals(writes.length, 0);
  await Promise.resolve();
  assertEquals(writes.length, 1);
  assertMatch(writes[0]!, /one\n.*two\n$/);
});

Deno.test("log: whatever a client sends, a line stays one line of printable ASCII", () => {
  const text = fc.string({ unit: "binary", maxLength: 700 });
  fc.assert(
    fc.property(text, fc.constantFrom("text", "json"), (value, format) => {
      const line = logged(
        { format: format as "text" | "json" },
        (logger) => logger.log("info", "m", { value, list: [value] }),
      );
      assertMatch(line, /^[\x20-\x7e]+\n$/);
      if (format === "json") {
        const { list } = JSON.parse(line);
        assertStrictEquals(list[0], value);
      }
    }),
  );
});

Deno.test("log: long values are cut, absent ones left out", () => {
  const line = logged(
    {},
    (logger) =>
      logger.log("info", "m", {
        long: "x".repeat(10_000),
        none: null,
        off: undefined,
      }),
  );
  assert(line.length < 700);
  assertNotMatch(line, /none|off/);
  assertMatch(line, /x\.\.\.\n$/);
});

Deno.test("log: text values with spaces and quotes are quoted", () => {
  const line = logged(
    {},
    (logger) =>
      logger.log("info", "m", { a: 'say "hi" = x', b: "", c: "plain.host:1" }),
  );
  assertMatch(line, / a="say \\"hi\\" = x" b="" c=plain\.host:1\n$/);
});
