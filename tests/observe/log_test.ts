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
    '2026-01-02T03:04:05.006Z INFO  connection conn=7 client=192.0.2.1:5555        listener=:443 protocol=TLS      rule="TLS/SNI a.example" name=site target=127.0.0.1:8443 reason=client_eof sni=a.example alpn=h2,http/1.1 bytes_up=10 bytes_down=20 detect_seconds=0.001235 dial_seconds=0.0005 duration_seconds=2\n',
  );
});

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
    assertMatch(linesOf(report, "debug"), / DEBUG connection conn=7 /);
    const spoke = { ...report, verdicts: ["TLS: more"] };
    assertMatch(linesOf(spoke, "info"), / INFO {2}connection conn=7 /);
  }
  const refused: Report = { ...silent, reason: "untrusted_source" };
  assertMatch(linesOf(refused, "info"), / INFO {2}connection conn=7 /);
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
