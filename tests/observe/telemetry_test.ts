/** What OpenTelemetry is told, without it. */
import { assert, assertEquals } from "@std/assert";
import { connectionAttributes } from "../../src/observe/connection_attributes.ts";
import { exportMetrics } from "../../src/observe/metric_export.ts";
import type { OpenConnection } from "../../src/observe/observer.ts";
import { processFamilies } from "../../src/observe/process_facts.ts";
import {
  denoTelemetry,
  type InstrumentOptions,
  type Meter,
  type Observable,
  type ObservableCallback,
  type Telemetry,
} from "../../src/observe/telemetry.ts";
import { TelemetryObserver } from "../../src/observe/telemetry_observer.ts";
import { FACTS, reportOf } from "../support/counted.ts";

/** Tells all that it is told. */
class FakeTelemetry {
  readonly told: unknown[] = [];
  callback: ObservableCallback | null = null;

  get telemetry(): Telemetry {
    const instrument = (kind: string) => (name: string) =>
      ({ addCallback: `${kind} ${name}` }) as Observable;
    const meter: Meter = {
      createHistogram: (name: string, _options: InstrumentOptions) => ({
        record: (value, attributes) =>
          this.told.push([name, value, attributes]),
      }),
      createObservableCounter: instrument("counter"),
      createObservableUpDownCounter: instrument("updown"),
      createObservableGauge: instrument("gauge"),
      addBatchObservableCallback: (callback) => this.callback = callback,
      removeBatchObservableCallback: () => this.callback = null,
    };
    const tracer: Telemetry["tracer"] = {
      startSpan: (name, options) => {
        this.told.push(["span", name, options.startTime]);
        return {
          setStatus: (status) => this.told.push(["status", status]),
          end: (endTime) => this.told.push(["end", endTime]),
        };
      },
    };
    return { meter, tracer };
  }
}

const CONNECTION = {
  id: 1,
  place: 0,
  phase: "forwarding",
  bytes: { up: 0, down: 0 },
  detection: { bytes: 517, end: null, opening: "" },
  snapshot: () => reportOf(":443", "client_eof"),
} as const satisfies OpenConnection;

Deno.test("telemetry is off unless the environment says otherwise", () => {
  assertEquals(denoTelemetry(), null);
});

Deno.test("telemetry: a connection is a span and its durations", () => {
  const fake = new FakeTelemetry();
  const observer = new TelemetryObserver(fake.telemetry);
  observer.dialled({ target: "a:1", ms: 2 });
  const report = reportOf(":443", "dial_failed", {
    protocol: "TLS",
    detectMs: 5,
    totalMs: 250,
    error: "Cannot dial a:1",
  });
  observer.closed(report, CONNECTION);
  const listener = { "passthru.listener": ":443" };
  assertEquals(fake.told, [
    ["passthru.upstream.dial.duration", 0.002, { "passthru.upstream": "a:1" }],
    ["passthru.connection.duration", 0.25, listener],
    ["passthru.detection.duration", 0.005, listener],
    ["passthru.detection.size", 517, listener],
    ["span", "TLS", report.acceptedAt],
    ["status", { code: 2, message: "Cannot dial a:1" }],
    ["end", report.acceptedAt + 250],
  ]);
});

Deno.test("telemetry: who is not let in has no span", () => {
  const fake = new FakeTelemetry();
  new TelemetryObserver(fake.telemetry).closed(reportOf(":1", "limit"), null);
  assertEquals(fake.told, []);
});

Deno.test("telemetry: attributes name who is behind a proxy, and no secret", () => {
  const attributes = connectionAttributes(reportOf(":80", "client_eof", {
    client: "[2001:db8::7]:1234",
    proxy: "10.0.0.1:5678",
    protocol: "HTTP",
    facts: {
      "header:authorization": "Basic c2VjcmV0",
      path: "/" + "x".repeat(2_000),
    },
  }));
  assertEquals(attributes["client.address"], "2001:db8::7");
  assertEquals(attributes["client.port"], 1234);
  assertEquals(attributes["network.peer.address"], "10.0.0.1");
  assertEquals(attributes["network.transport"], "tcp");
  assertEquals(String(attributes["passthru.fact.path"]).length, 515);
  assert(!JSON.stringify(attributes).includes("c2VjcmV0"));
  assert(!("passthru.target" in attributes));
});

Deno.test("telemetry: a client at a Unix socket has no address", () => {
  const report = reportOf("unix:/run/x", "client_eof", { client: "unix" });
  const attributes = connectionAttributes(report);
  assertEquals(attributes["network.transport"], "unix");
  assert(!("client.address" in attributes));
});

Deno.test("telemetry: metrics are read when they are exported", () => {
  const fake = new FakeTelemetry();
  const { meter } = fake.telemetry;
  const exporting = exportMetrics(
    meter,
    () => processFamilies(FACTS),
  );
  const seen: unknown[] = [];
  fake.callback!({
    observe: ({ addCallback }, value, attributes) =>
      seen.push([addCallback, value, attributes]),
  });
  assertEquals(seen.slice(0, 4), [
    [
      "gauge passthru.build.info",
      1,
      { "passthru.version": "0.1.0", "passthru.deno": "2.9.6" },
    ],
    ["gauge passthru.process.start_time", 1_700_000_000, {}],
    ["counter passthru.config.reloads", 0, { "passthru.result": "ok" }],
    ["counter passthru.config.reloads", 0, { "passthru.result": "failed" }],
  ]);
  assert(
    seen.some((one) => (one as string[])[0] === "updown passthru.workers"),
  );
  exporting[Symbol.dispose]();
  assertEquals(fake.callback, null);
});
