/**
 * The metrics: their names, labels and buckets, for Prometheus and for
 * OpenTelemetry. Labels have few values: what the config names, and words of
 * ours, never what a client says.
 *
 * @module
 */
import { CLOSE_REASONS } from "./close_reasons.ts";

/** What a metric is about, by the config: series of what is gone are dropped. */
export const SUBJECT_LABELS = [
  "listener",
  "upstream",
  "protocol",
  "rule",
] as const;
/** A label whose values the config names. */
export type SubjectLabel = typeof SUBJECT_LABELS[number];

/** A metric. */
export interface Metric {
  /** Prometheus' name. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Those of {@linkcode SUBJECT_LABELS} first. */
  readonly labels: readonly string[];
  /**
   * Values of a label that has none of the config: those that are there from
   * the start, at zero.
   */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram's buckets, in the unit of the name. */
  readonly bounds?: readonly number[];
  /** OpenTelemetry's name and unit (UCUM). */
  readonly otel: { readonly name: string; readonly unit: string };
  /** Only for the admin API: there would be too many series. */
  readonly internal?: true;
}

/** The protocol of a connection that no detector knows. */
export const UNIDENTIFIED = "unidentified";
/** The protocol of a client that sends nothing. */
export const SILENT = "SILENT";

/** Why a connection was not let in. */
const REJECTIONS = ["limit", "denied"] as const;
/** How an identification ended, when no detector matched. */
export const OTHER_OUTCOMES = [
  "no_match",
  "timeout",
  "eof",
  "overflow",
] as const;
/** How an identification ended. */
export type Outcome = "match" | typeof OTHER_OUTCOMES[number];

const DIRECTIONS = ["up", "down"] as const;
/** From 100 us to 10 s. */
const WAIT_SECONDS = [
  ...[1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10],
];
/** From 10 ms to a day. */
const LIFE_SECONDS = [
  ...[0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 300, 900],
  ...[3_600, 14_400, 86_400],
];
/** From 16 bytes to 64 KiB. */
const PEEK_BYTES = Array.from({ length: 13 }, (_, power) => 16 * 2 ** power);

/** All metrics of connections, by the names that they have here. */
export const METRICS = {
  accepted: {
    name: "passthru_connections_accepted_total",
    type: "counter",
    help: "Accepted connections, without those that a limit refused",
    labels: ["listener"],
    otel: { name: "passthru.connections.accepted", unit: "{connection}" },
  },
  rejected: {
    name: "passthru_connections_rejected_total",
    type: "counter",
    help: "Connections refused by a limit, or by allow and deny",
    labels: ["listener", "reason"],
    values: { reason: REJECTIONS },
    otel: { name: "passthru.connections.rejected", unit: "{connection}" },
  },
  active: {
    name: "passthru_connections_active",
    type: "gauge",
    help: "Open connections",
    labels: ["listener"],
    otel: { name: "passthru.connections.active", unit: "{connection}" },
  },
  closed: {
    name: "passthru_connections_closed_total",
    type: "counter",
    help: "Closed connections, by reason",
    labels: ["listener", "reason"],
    values: { reason: CLOSE_REASONS },
    otel: { name: "passthru.connections.closed", unit: "{connection}" },
  },
  acceptErrors: {
    name: "passthru_accept_errors_total",
    type: "counter",
    help: "Failed accepts; ENOTCONN: the client was already gone",
    labels: ["listener", "code"],
    values: { code: ["EMFILE", "ENOTCONN"] },
    otel: { name: "passthru.accept.errors", unit: "{error}" },
  },
  detections: {
    name: "passthru_detections_total",
    type: "counter",
    help: "Finished detections, by protocol and outcome",
    labels: ["listener", "protocol", "outcome"],
    otel: { name: "passthru.detections", unit: "{detection}" },
  },
  detectSeconds: {
    name: "passthru_detection_duration_seconds",
    type: "histogram",
    help: "Time from accept until protocol and rule were known",
    labels: ["listener"],
    bounds: WAIT_SECONDS,
    otel: { name: "passthru.detection.duration", unit: "s" },
  },
  detectBytes: {
    name: "passthru_detection_bytes",
    type: "histogram",
    help: "Bytes that were peeked at to detect the protocol",
    labels: ["listener"],
    bounds: PEEK_BYTES,
    otel: { name: "passthru.detection.size", unit: "By" },
  },
  protocolConnections: {
    name: "passthru_protocol_connections_total",
    type: "counter",
    help: "Connections after detection, also of unknown protocols",
    labels: ["protocol"],
    otel: { name: "passthru.protocol.connections", unit: "{connection}" },
  },
  protocolActive: {
    name: "passthru_protocol_connections_active",
    type: "gauge",
    help: "Open connections after detection",
    labels: ["protocol"],
    otel: {
      name: "passthru.protocol.connections.active",
      unit: "{connection}",
    },
  },
  protocolBytes: {
    name: "passthru_protocol_bytes_total",
    type: "counter",
    help: "Forwarded bytes; up is from client to target",
    labels: ["protocol", "direction"],
    values: { direction: DIRECTIONS },
    otel: { name: "passthru.protocol.io", unit: "By" },
  },
  targetConnections: {
    name: "passthru_upstream_connections_total",
    type: "counter",
    help: "Connections that were forwarded to the target",
    labels: ["upstream"],
    otel: { name: "passthru.upstream.connections", unit: "{connection}" },
  },
  targetActive: {
    name: "passthru_upstream_connections_active",
    type: "gauge",
    help: "Open connections to the target",
    labels: ["upstream"],
    otel: {
      name: "passthru.upstream.connections.active",
      unit: "{connection}",
    },
  },
  dialSeconds: {
    name: "passthru_upstream_dial_duration_seconds",
    type: "histogram",
    help: "Duration of each dial, including failed ones",
    labels: ["upstream"],
    bounds: WAIT_SECONDS,
    otel: { name: "passthru.upstream.dial.duration", unit: "s" },
  },
  dialErrors: {
    name: "passthru_upstream_dial_errors_total",
    type: "counter",
    help: "Failed dials, by error code",
    labels: ["upstream", "code"],
    values: { code: ["ECONNREFUSED", "TIMEOUT"] },
    otel: { name: "passthru.upstream.dial.errors", unit: "{error}" },
  },
  relayedBytes: {
    name: "passthru_relayed_bytes_total",
    type: "counter",
    help: "Forwarded bytes, updated while connections are open",
    labels: ["listener", "upstream", "direction"],
    values: { direction: DIRECTIONS },
    otel: { name: "passthru.relayed.io", unit: "By" },
  },
  durationSeconds: {
    name: "passthru_connection_duration_seconds",
    type: "histogram",
    help: "Time from accept until both sides were closed",
    labels: ["listener"],
    bounds: LIFE_SECONDS,
    otel: { name: "passthru.connection.duration", unit: "s" },
  },
  ruleConnections: {
    name: "passthru_rule_connections_total",
    type: "counter",
    help: "Connections that the rule matched",
    labels: ["listener", "rule"],
    otel: { name: "passthru.rule.connections", unit: "{connection}" },
    internal: true,
  },
} as const satisfies Record<string, Metric>;

/** A metric's name here. */
export type MetricId = keyof typeof METRICS;

/** A metric by its name here. */
export function metricOf(id: MetricId): Metric {
  return METRICS[id];
}
