import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { logReport } from "../../src/observe/connection_log.ts";
import type { Report } from "../../src/observe/report.ts";
import { logged, REPORT } from "../support/logged.ts";

Deno.test("log: JSON gives back all values, whatever they are", () => {
  const text = fc.string({ unit: "binary", maxLength: 500 });
  const value = fc.oneof(
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.boolean(),
    fc.array(text, { maxLength: 3 }),
  );
  const fields = fc.dictionary(text, value, { noNullPrototype: true });
  fc.assert(fc.property(fields, (fields) => {
    const line = logged(
      { format: "json" },
      (logger) => logger.log("info", "m", fields),
    );
    assertMatch(line, /^[\x20-\x7e]+\n$/);
    const { time: _time, level: _level, msg: _msg, ...found } = JSON.parse(
      line,
    );
    assertEquals(Object.entries(found), Object.entries(fields));
  }));
});

Deno.test("log: no field hides time, level and message", () => {
  const fields = { time: 1, level: 2, msg: 3 };
  const of = (format: "text" | "json") =>
    logged({ format }, (logger) => logger.log("info", "m", fields));
  assertMatch(of("text"), /Z INFO {2}m time_=1 level_=2 msg_=3\n$/);
  assertEquals(JSON.parse(of("json")), {
    time: "2026-01-02T03:04:05.006Z",
    level: "info",
    msg: "m",
    time_: 1,
    level_: 2,
    msg_: 3,
  });
});

Deno.test("log: no report that a client can cause makes a line longer than a pipe takes at once", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 3_000, size: "max" }),
    fc.string({ maxLength: 500, size: "max" }),
  );
  const facts = fc.dictionary(text, fc.oneof(text, fc.array(text)), {
    maxKeys: 30,
    size: "max",
  });
  fc.assert(
    fc.property(
      facts,
      fc.constantFrom("text", "json"),
      (facts, format) => {
        const line = logged(
          { format: format as "text" | "json" },
          (logger) => logReport(logger, { ...REPORT, facts }),
        );
        assert(line.length <= 4_096, `${line.length} characters`);
        assertMatch(line, /client_eof/);
      },
    ),
    { numRuns: 50 },
  );
  const paths = { path: "/" + "p".repeat(500), more: ["\0".repeat(1_000)] };
  const line = logged(
    { format: "json" },
    (logger) => logReport(logger, { ...REPORT, facts: paths }),
  );
  const { path, more, left_out } = JSON.parse(line);
  assertEquals([path, more, left_out], [paths.path, undefined, 1]);
});

Deno.test("log: in colour a line has the same fields, each in one piece", () => {
  const failed: Report = {
    ...REPORT,
    reason: "dial_failed",
    error: "no\x1b[2J",
  };
  const write = (color: boolean, format: "text" | "json" = "text") =>
    logged({ color, format }, (logger) => {
      logReport(logger, REPORT);
      logReport(logger, failed);
    });
  const coloured = write(true);
  assert(coloured.includes("\x1b[33mWARN \x1b[0m"));
  assert(coloured.includes("\x1b[33mdial_failed\x1b[0m client="));
  assert(coloured.includes('\x1b[33merror="no\\u001b[2J"\x1b[0m'));
  // deno-lint-ignore no-control-regex
  assertEquals(coloured.replaceAll(/\x1b\[\d+m/g, ""), write(false));
  assert(!write(true, "json").includes("\x1b"));
});

Deno.test("log: times are right over seconds, minutes and years", () => {
  const times = [
    Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    Date.UTC(2026, 0, 2, 3, 4, 5, 999),
    Date.UTC(2026, 0, 2, 3, 4, 6),
    Date.UTC(2026, 11, 31, 23, 59, 59, 70),
    Date.UTC(2027, 0, 1),
    Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  ];
  const left = [...times];
  const text = logged(
    { format: "json", now: () => left.shift()! },
    (logger) => {
      for (const _ of times) logger.log("info", "m");
    },
  );
  assertEquals(
    text.trim().split("\n").map((line) => Date.parse(JSON.parse(line).time)),
    times,
  );
});

Deno.test("log: for the journal each line begins with its priority", () => {
  const levels = ["debug", "info", "warn", "error"] as const;
  for (const format of ["text", "json"] as const) {
    const of = (journal: boolean) =>
      logged({ format, level: "debug", journal }, (logger) => {
        for (const level of levels) logger.log(level, "m", { x: 1 });
      }).split("\n");
    const plain = of(false);
    const prefixes = ["<7>", "<6>", "<4>", "<3>", ""];
    assertEquals(of(true), plain.map((line, i) => prefixes[i] + line));
  }
});
