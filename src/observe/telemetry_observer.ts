/**
 * Tells OpenTelemetry of connections as they end: a span each, and the histograms
 * of the metrics. The other metrics are the control plane's: see
 * `metric_export.ts`.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import { connectionAttributes } from "./connection_attributes.ts";
import { labelAttributes } from "./label_attributes.ts";
import { type MetricId, metricOf, UNIDENTIFIED } from "./metrics.ts";
import type { DialAttempt, Observer, OpenConnection } from "./observer.ts";
import type { Report } from "./report.ts";
import type { Meter, Recorder, Telemetry, Tracer } from "./telemetry.ts";

/** `SpanKind.SERVER` of OpenTelemetry. */
const SERVER = 1;
/** `SpanStatusCode.ERROR` of OpenTelemetry. */
const ERROR = 2;

/** Reasons that are a failure. Others are what was wanted, or the client's. */
const FAILURES: ReadonlySet<CloseReason> = new Set<CloseReason>([
  "bad_proxy_header",
  "proxy_header_missing",
  "dial_failed",
  "target_reset",
  "loop",
  "internal_error",
]);

/** Tells OpenTelemetry what one data plane does. */
export class TelemetryObserver implements Observer {
  readonly #tracer: Tracer;
  readonly #detectSeconds: Recorder;
  readonly #detectBytes: Recorder;
  readonly #dialSeconds: Recorder;
  readonly #durationSeconds: Recorder;

  constructor({ meter, tracer }: Telemetry) {
    this.#tracer = tracer;
    this.#detectSeconds = histogram(meter, "detectSeconds");
    this.#detectBytes = histogram(meter, "detectBytes");
    this.#dialSeconds = histogram(meter, "dialSeconds");
    this.#durationSeconds = histogram(meter, "durationSeconds");
  }

  /** A target was dialled. */
  dialled({ target, ms }: DialAttempt): void {
    const labels = labelAttributes(["upstream"], [target]);
    this.#dialSeconds.record(ms / 1_000, labels);
  }

  /** A connection has ended. Who is not let in is nobody's span. */
  closed(report: Report, connection: OpenConnection | null): void {
    if (connection === null) return;
    const labels = labelAttributes(["listener"], [report.listener]);
    this.#durationSeconds.record(report.totalMs / 1_000, labels);
    const { detection } = connection;
    if (detection !== null) {
      this.#detectSeconds.record((report.detectMs ?? 0) / 1_000, labels);
      this.#detectBytes.record(detection.bytes, labels);
    }
    this.#span(report);
  }

  #span(report: Report): void {
    const { protocol, acceptedAt, totalMs, reason, error } = report;
    const isFailure = FAILURES.has(reason);
    const span = this.#tracer.startSpan(protocol ?? UNIDENTIFIED, {
      kind: SERVER,
      root: true,
      startTime: acceptedAt,
      attributes: {
        ...connectionAttributes(report),
        ...(isFailure ? { "error.type": reason } : {}),
      },
    });
    if (isFailure) span.setStatus({ code: ERROR, message: error ?? reason });
    span.end(acceptedAt + totalMs);
  }
}

function histogram(meter: Meter, id: MetricId): Recorder {
  const { help, otel, bounds = [] } = metricOf(id);
  return meter.createHistogram(otel.name, {
    description: help,
    unit: otel.unit,
    advice: { explicitBucketBoundaries: [...bounds] },
  });
}
