/**
 * The config's settings: timeouts, sizes, log; with their defaults.
 *
 * Values that do not have the right shape are passed over here: `shape.ts` has
 * reported them.
 *
 * @module
 */
import { acceptProxyOf } from "./accept_proxy.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { limitSettings } from "./limits.ts";
import {
  type AcceptProxyPlan,
  DEFAULTS,
  type LimitsPlan,
  MAX_PEEK_BYTES,
  MIN_PEEK_BYTES,
  MIN_STALL_MS,
  type Plan,
} from "./plan.ts";
import { resolverOf } from "./resolver.ts";
import { type JsonNode, property, spanOf } from "./source.ts";
import {
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
} from "./units.ts";
import { LEGACY_CONFIG_VERSION } from "./version.ts";

/** Settings of a server, also the ones its actions inherit. */
export interface ServerSettings {
  readonly detectTimeoutMs: number;
  /** Not there: nothing is said. */
  readonly silentAfterMs?: number;
  /** Whether the config is of the version that knows no `silent_after`. */
  readonly legacy: boolean;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxPeekBytes: number;
  readonly backlog: number;
  readonly acceptProxy?: AcceptProxyPlan;
  readonly limits: LimitsPlan;
}

/** Settings of the whole config. */
export interface Settings extends
  Pick<
    Plan,
    | "resolver"
    | "workers"
    | "maxConnections"
    | "drainTimeoutMs"
    | "reloadTimeoutMs"
    | "stallTimeoutMs"
    | "log"
  > {
  readonly defaults: ServerSettings;
}

/** Reads the top-level settings. */
export function buildSettings(root: JsonNode, found: Diagnostic[]): Settings {
  const log = property(root, "log")?.value;
  const resolver = resolverOf(root, found);
  return {
    ...(resolver === undefined ? {} : { resolver }),
    defaults: serverSettings(
      property(root, "defaults")?.value,
      { ...DEFAULTS, legacy: isLegacy(root) },
      found,
    ),
    workers: value<number>(root, "workers", "number") ?? DEFAULTS.workers,
    maxConnections: value<number>(root, "max_connections", "number") ??
      DEFAULTS.maxConnections,
    drainTimeoutMs: durationField(root, "drain_timeout", found) ??
      DEFAULTS.drainTimeoutMs,
    reloadTimeoutMs: durationField(root, "reload_timeout", found) ??
      DEFAULTS.reloadTimeoutMs,
    stallTimeoutMs: stallTimeout(root, found) ?? DEFAULTS.stallTimeoutMs,
    log: {
      level: (value<string>(log, "level", "string") ??
        DEFAULTS.log.level) as Plan["log"]["level"],
      format: (value<string>(log, "format", "string") ??
        DEFAULTS.log.format) as Plan["log"]["format"],
      sample: value<number>(log, "sample", "number") ?? DEFAULTS.log.sample,
      sampleLevel: (value<string>(log, "sample_level", "string") ??
        DEFAULTS.log.sampleLevel) as Plan["log"]["sampleLevel"],
    },
  };
}

function isLegacy(root: JsonNode): boolean {
  return value(root, "version", "string") === LEGACY_CONFIG_VERSION;
}

/** Reads `options` or `defaults`. */
export function serverSettings(
  node: JsonNode | undefined,
  inherited: ServerSettings,
  found: Diagnostic[],
): ServerSettings {
  const acceptProxy = acceptProxyOf(node, found) ?? inherited.acceptProxy;
  const detectTimeoutMs = positive(node, "detect_timeout", found) ??
    inherited.detectTimeoutMs;
  const silentAfterMs = silentAfter(node, detectTimeoutMs, found) ??
    inherited.silentAfterMs;
  return {
    detectTimeoutMs,
    ...(silentAfterMs === undefined ? {} : { silentAfterMs }),
    legacy: inherited.legacy,
    ...actionTimeouts(node, inherited, found),
    maxPeekBytes: peekSize(node, found) ?? inherited.maxPeekBytes,
    backlog: value<number>(node, "backlog", "number") ?? inherited.backlog,
    ...(acceptProxy === undefined ? {} : { acceptProxy }),
    limits: limitSettings(node, inherited.limits, found),
  };
}

/** Reads the timeouts that an action has too. */
export function actionTimeouts(
  node: JsonNode | undefined,
  inherited: Pick<ServerSettings, "connectTimeoutMs" | "idleTimeoutMs">,
  found: Diagnostic[],
): Pick<ServerSettings, "connectTimeoutMs" | "idleTimeoutMs"> {
  return {
    connectTimeoutMs: positive(node, "connect_timeout", found) ??
      inherited.connectTimeoutMs,
    idleTimeoutMs: durationField(node, "idle_timeout", found) ??
      inherited.idleTimeoutMs,
  };
}

function value<T>(
  node: JsonNode | undefined,
  name: string,
  type: "string" | "number",
): T | undefined {
  const field = property(node, name)?.value;
  return field?.type === type ? field.value as T : undefined;
}

/** Reads a duration in milliseconds; `undefined`: there is none. */
export function durationField(
  node: JsonNode | undefined,
  name: string,
  found: Diagnostic[],
): number | undefined {
  const text = value<string>(node, name, "string");
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  // A text that is no duration at all has been reported with the shape.
  if (/^[\d.]+(?:ms|s|m|h)$/.test(text)) {
    report(node, name, `found "${text}", expected at most 24 days`, found);
  }
  return undefined;
}

/** Reads a duration that must not be 0. */
export function positive(
  node: JsonNode | undefined,
  name: string,
  found: Diagnostic[],
): number | undefined {
  const ms = durationField(node, name, found);
  if (ms !== 0) return ms;
  report(node, name, 'found 0, expected at least "1ms"', found);
  return undefined;
}

function silentAfter(
  node: JsonNode | undefined,
  detectTimeoutMs: number,
  found: Diagnostic[],
): number | undefined {
  const ms = positive(node, "silent_after", found);
  if (ms === undefined || ms <= detectTimeoutMs) return ms;
  const most = formatDuration(detectTimeoutMs);
  const text = value<string>(node, "silent_after", "string");
  const what =
    `found "${text}", expected at most "${most}", the detect_timeout`;
  report(node, "silent_after", what, found);
  return undefined;
}

function stallTimeout(
  root: JsonNode,
  found: Diagnostic[],
): number | undefined {
  const ms = durationField(root, "stall_timeout", found);
  if (ms === undefined || ms >= MIN_STALL_MS) return ms;
  const least = formatDuration(MIN_STALL_MS);
  const text = value<string>(root, "stall_timeout", "string");
  const what = `found "${text}", expected at least "${least}"`;
  report(root, "stall_timeout", what, found);
  return undefined;
}

function peekSize(
  node: JsonNode | undefined,
  found: Diagnostic[],
): number | undefined {
  const text = value<string>(node, "max_peek", "string");
  const bytes = text === undefined ? null : parseSize(text);
  if (bytes === null) return undefined;
  if (bytes >= MIN_PEEK_BYTES && bytes <= MAX_PEEK_BYTES) return bytes;
  report(
    node,
    "max_peek",
    `found "${text}", expected "${formatSize(MIN_PEEK_BYTES)}" to "${
      formatSize(MAX_PEEK_BYTES)
    }"`,
    found,
  );
  return undefined;
}

function report(
  node: JsonNode | undefined,
  name: string,
  what: string,
  found: Diagnostic[],
): void {
  found.push({
    severity: "error",
    message: `Invalid value of "${name}": ${what}`,
    span: spanOf(property(node, name)!.value),
  });
}
