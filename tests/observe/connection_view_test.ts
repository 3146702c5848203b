import { assertEquals, assertStrictEquals } from "@std/assert";
import { logReport } from "../../src/observe/connection_log.ts";
import { Logger } from "../../src/observe/log.ts";
import type { Report } from "../../src/observe/report.ts";
import { toView } from "../../src/observe/connection_view.ts";
import { reportOf } from "../support/views.ts";

/** The report's line in the log. */
function lineOf(report: Report): Record<string, unknown> {
  let text = "";
  const logger = new Logger({ format: "json", write: (line) => text += line });
  logReport(logger, report);
  logger.flush();
  return JSON.parse(text);
}

const PLACE = { generation: 2, worker: 1 };

Deno.test("view: has what the report has, rounded as in the log", () => {
  const report = reportOf(7, {
    proxy: "10.0.0.1:1",
    uniqueId: "u",
    name: "site",
    detectMs: 1.23456,
    dialMs: null,
    with: "tls_alert",
    error: "it broke",
    retried: "127.0.0.1:1: connection refused",
  });
  const view = toView(report, { ...PLACE, phase: "closed" });
  assertEquals(view, {
    id: 7,
    phase: "closed",
    accepted_at: 1_007,
    client: "192.0.2.1:7",
    proxy: "10.0.0.1:1",
    unique_id: "u",
    listener: ":443",
    protocol: "TLS",
    facts: { sni: "host7.example" },
    rule: "TLS/CATCHALL",
    name: "site",
    target: "127.0.0.1:8443",
    bytes_up: 0,
    bytes_down: 0,
    detect_seconds: 0.001235,
    dial_seconds: null,
    duration_seconds: 0.003,
    reason: "client_eof",
    with: "tls_alert",
    error: "it broke",
    retried: "127.0.0.1:1: connection refused",
    generation: 2,
    worker: 1,
  });
  const line = lineOf(report);
  for (
    const field of [
      "detect_seconds",
      "dial_seconds",
      "duration_seconds",
    ] as const
  ) assertStrictEquals(view[field], line[field] ?? null);
});

Deno.test("view: of an open connection the reason is not known", () => {
  const view = toView(reportOf(1), { ...PLACE, phase: "dialling" });
  assertEquals(view.reason, null);
  assertEquals("name" in view, false);
});

Deno.test("view: header values, empty lists and the ends of long texts are not shown", () => {
  const facts = {
    "header:authorization": ["Bearer secret"],
    alpn: [],
    path: "/".padEnd(4_000, "x"),
    method: "GET",
    many: ["a", "b"],
  };
  const view = toView(reportOf(1, { facts }), { ...PLACE, phase: "closed" });
  assertEquals(Object.keys(view.facts), ["path", "method", "many"]);
  assertEquals(view.facts["path"], "/".padEnd(512, "x") + "...");
  assertEquals(JSON.stringify(view).includes("secret"), false);
  assertEquals(
    JSON.stringify(lineOf(reportOf(1, { facts })))
      .includes("secret"),
    false,
  );
});
