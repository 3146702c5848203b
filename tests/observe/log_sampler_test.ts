import { assert, assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { logReport } from "../../src/observe/connection_log.ts";
import { Logger, type LoggerOptions } from "../../src/observe/log.ts";
import type { Report } from "../../src/observe/report.ts";
import { until } from "../support/wait.ts";

type Line = Record<string, unknown>;

/** A logger in JSON on a clock of the test's own. */
function sampled(options: Partial<LoggerOptions> = {}) {
  const lines: Line[] = [];
  const clock = { ms: 0 };
  const logger = new Logger({
    format: "json",
    sample: 3,
    now: () => clock.ms,
    write(text) {
      for (const line of text.trim().split("\n")) lines.push(JSON.parse(line));
    },
    ...options,
  });
  return { lines, clock, logger };
}

const REPORT: Report = Object.freeze({
  id: 1,
  acceptedAt: 0,
  listener: ":443",
  client: "192.0.2.1:5555",
  protocol: "TLS",
  facts: {},
  rule: "TLS/CATCHALL",
  target: "127.0.0.1:1",
  bytesUp: 0,
  bytesDown: 0,
  detectMs: 1,
  dialMs: 1,
  totalMs: 2,
  reason: "dial_failed",
  error: "Cannot dial 127.0.0.1:1: connection refused",
  verdicts: [],
});

Deno.test("sampling: after so many of a kind, one line says how many more", () => {
  const { lines, clock, logger } = sampled();
  for (let id = 1; id <= 10; id++) logReport(logger, { ...REPORT, id });
  logReport(logger, { ...REPORT, id: 11, rule: "TLS/SNI other" });
  clock.ms = 1_000;
  logReport(logger, { ...REPORT, id: 12 });
  logger.flush();
  assertEquals(lines.map(({ conn }) => conn), [1, 2, 3, 11, undefined, 12]);
  assertEquals(lines[4], {
    time: "1970-01-01T00:00:01.000Z",
    level: "warn",
    msg: "and 7 more like this",
    of: "connection",
    listener: ":443",
    protocol: "TLS",
    rule: "TLS/CATCHALL",
    reason: "dial_failed",
    more: 7,
  });
});

Deno.test("sampling: connections that were served are all logged, unless sample_level says else", () => {
  const served: Report = { ...REPORT, reason: "client_eof" };
  const count = (options: Partial<LoggerOptions>) => {
    const { lines, logger } = sampled(options);
    for (let id = 1; id <= 10; id++) logReport(logger, { ...served, id });
    logger.flush();
    return lines.length;
  };
  assertEquals(count({}), 10);
  assertEquals(count({ sampleLevel: "info" }), 4);
});

Deno.test("sampling: lines of other events are of one kind when they are equal", () => {
  const { lines, logger } = sampled();
  for (let i = 0; i < 10; i++) logger.log("error", "config", { problem: "a" });
  for (let i = 0; i < 10; i++) logger.log("error", "config", { problem: i });
  logger.flush();
  assertEquals(lines.length, 3 + 10 + 1);
  assertEquals(
    [lines.at(-1)!["of"], lines.at(-1)!["problem"], lines.at(-1)!["more"]],
    ["config", "a", 7],
  );
});

Deno.test("sampling: what was counted is told within a second, without another line", async () => {
  const { lines, logger } = sampled();
  for (let id = 1; id <= 10; id++) logReport(logger, { ...REPORT, id });
  await until("the line", () => lines.find(({ more }) => more === 7) ?? null);
});

Deno.test("sampling: every line is written or counted, whatever comes when", () => {
  const event = fc.record({
    level: fc.constantFrom("info", "warn", "error"),
    message: fc.constantFrom("a", "b"),
    field: fc.oneof(fc.constantFrom("x", "y"), fc.nat(5_000)),
    // Clocks are set back, too.
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: -50, max: 600 })),
    times: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(fc.array(event), fc.nat(5), (events, sample) => {
      const { lines, clock, logger } = sampled({ sample });
      const sums = new Map<string, number>();
      const add = (key: string, by: number) =>
        sums.set(key, (sums.get(key) ?? 0) + by);
      for (const { level, message, field, afterMs, times } of events) {
        clock.ms += afterMs;
        for (let i = 0; i < times; i++) {
          logger.log(level as "info", message, { field });
          add(`${level} ${message} ${field}`, 1);
        }
      }
      logger.flush();
      for (const { level, msg, of, field, more } of lines) {
        add(`${level} ${of ?? msg} ${field}`, -Number(more ?? 1));
      }
      assertEquals([...sums.values()].filter((sum) => sum !== 0), []);
    }),
  );
});

Deno.test("sampling: too many kinds are counted together, and none is lost", () => {
  const { lines, logger } = sampled();
  for (let i = 0; i < 5_000; i++) logger.log("warn", "m", { i });
  logger.flush();
  const more = lines.filter((line) => "more" in line);
  assertEquals(more.length, 1);
  assertEquals([more[0]!["of"], "i" in more[0]!], ["m", false]);
  assertEquals(lines.length - 1 + Number(more[0]!["more"]), 5_000);
  assert(lines.length < 1_100);
});
