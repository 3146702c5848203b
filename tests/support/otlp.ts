/** A receiver of OpenTelemetry's protocol (OTLP over HTTP, as JSON). */
import { until } from "./wait.ts";

/** Attributes by their names. */
export type OtlpAttributes = Readonly<Record<string, unknown>>;

/** A span that was received. */
export interface OtlpSpan {
  readonly name: string;
  /** 2: server. */
  readonly kind: number;
  /** In milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: OtlpAttributes;
  /** Code 2: error. */
  readonly status: { readonly code?: number; readonly message?: string };
}

/** A value of a metric that was received. */
export interface OtlpPoint {
  readonly attributes: OtlpAttributes;
  /** Of a sum or a gauge. */
  readonly value: number | null;
  /** Of a histogram. */
  readonly count: number | null;
  readonly sum: number | null;
  readonly bounds: readonly number[] | null;
}

/** A metric as it was received last. */
export interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly kind: "sum" | "gauge" | "histogram";
  readonly isMonotonic: boolean;
  readonly points: readonly OtlpPoint[];
}

/** What was received of passthru's own. */
export interface OtlpReceiver extends AsyncDisposable {
  /** Environment variables that make Deno send everything here, soon. */
  readonly env: Readonly<Record<string, string>>;
  readonly spans: readonly OtlpSpan[];
  /** By name. */
  readonly metrics: ReadonlyMap<string, OtlpMetric>;
  /** Waits for so many spans. */
  spansOf(count: number): Promise<readonly OtlpSpan[]>;
  /** Waits until a metric has a point that fits. */
  point(
    metric: string,
    fits: (point: OtlpPoint) => boolean,
  ): Promise<OtlpPoint>;
}

const SCOPE = "passthru";

/** Receives on a free port of 127.0.0.1. */
export function otlpReceiver(): OtlpReceiver {
  const spans: OtlpSpan[] = [];
  const metrics = new Map<string, OtlpMetric>();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
  }, async (request) => {
    const body = await request.json();
    spans.push(...scopesIn(body, "Spans").map(spanOf));
    for (const metric of scopesIn(body, "Metrics").map(metricIn)) {
      metrics.set(metric.name, metric);
    }
    return Response.json({});
  });
  return {
    spans,
    metrics,
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
      OTEL_METRIC_EXPORT_INTERVAL: "200",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_DENO_CONSOLE: "ignore",
    },
    spansOf: (count) =>
      until(`${count} spans`, () => spans.length >= count ? spans : null),
    point: (name, fits) =>
      until(
        `the metric ${name}`,
        () => metrics.get(name)?.points.find(fits) ?? null,
      ),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

// deno-lint-ignore no-explicit-any
type Json = any;

/** All spans or metrics in a message that are of passthru's own. */
function scopesIn(body: Json, what: "Spans" | "Metrics"): Json[] {
  return (body[`resource${what}`] ?? [])
    .flatMap((resource: Json) => resource[`scope${what}`])
    .filter(({ scope }: Json) => scope.name === SCOPE)
    .flatMap((scope: Json) => scope[what.toLowerCase()]);
}

function spanOf(span: Json): OtlpSpan {
  return {
    name: span.name,
    kind: span.kind,
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    attributes: attributesOf(span.attributes),
    status: span.status ?? {},
  };
}

function metricIn(metric: Json): OtlpMetric {
  const kind = ["sum", "gauge", "histogram"].find((one) => one in metric)!;
  const { dataPoints, isMonotonic = false } = metric[kind];
  return {
    name: metric.name,
    unit: metric.unit,
    kind: kind as OtlpMetric["kind"],
    isMonotonic,
    points: dataPoints.map((point: Json): OtlpPoint => ({
      attributes: attributesOf(point.attributes),
      value: point.asDouble ?? null,
      count: point.count === undefined ? null : Number(point.count),
      sum: point.sum ?? null,
      bounds: point.explicitBounds ?? null,
    })),
  };
}

function attributesOf(attributes: Json[] = []): OtlpAttributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, valueOf(value)]),
  );
}

function valueOf(value: Json): unknown {
  return value.arrayValue === undefined
    ? Object.values(value)[0]
    : value.arrayValue.values.map(valueOf);
}
