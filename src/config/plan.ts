/**
 * The Plan: a config that was found good, as frozen plain data, so that it can
 * be sent to a worker.
 *
 * @module
 */
import type { DeclaredDetector } from "../detect/declared.ts";
import type { WrittenCondition } from "../rule/written_condition.ts";
import type { HostPort } from "./address.ts";
import type { AdminPlan } from "./admin_plan.ts";
import type { ForwardPlan } from "./forward_plan.ts";
import { LOG_DEFAULTS, type LogPlan } from "./log_plan.ts";
import type { ListenAddress } from "./unix_address.ts";

export * from "./forward_plan.ts";
export type { LogPlan } from "./log_plan.ts";

/** What to do with a connection. */
export type RoutePlan = ForwardPlan | RejectPlan;

/** From whom a listener takes PROXY headers. */
export interface AcceptProxyPlan {
  /** Blocks of addresses. Not empty. */
  readonly from: readonly string[];
  /** Whether connections without one, and from elsewhere, are refused. */
  readonly required: boolean;
}

/** Refuse the connection. */
export interface RejectPlan {
  /** The discriminant. */
  readonly action: "REJECT";
  /** Label for logs and metrics. */
  readonly name?: string;
  /** How it is refused; absent: closed without a word. */
  readonly with?: RejectWith;
}

/** How a REJECT refuses, other than by closing. */
export type RejectWith =
  /** A fatal alert, where TLS was seen. */
  | { readonly kind: "tls_alert" }
  /** RCODE 5 (RFC 1035 §4.1.1), where DNS was seen over UDP. */
  | { readonly kind: "refused" }
  /** A response, where HTTP was seen. */
  | { readonly kind: "http_status"; readonly status: number }
  /** No word, until the client leaves or is idle for so long; 0: no limit. */
  | { readonly kind: "drop"; readonly idleTimeoutMs: number };

/** Who may connect to a listener, and how often. */
export interface LimitsPlan {
  /** Most open connections. */
  readonly maxConnections?: number;
  /** Most open connections of one client address, an IPv6 /64 being one. */
  readonly maxConnectionsPerIp?: number;
  /** Most new connections of one client address within a second. */
  readonly maxNewPerSecondPerIp?: number;
  /** Blocks of addresses outside which nobody is let in; absent: no such. */
  readonly allow?: readonly string[];
  /** Blocks of addresses from which nobody is let in, `allow` or not. */
  readonly deny?: readonly string[];
}

/** One rule of a protocol. */
export interface RulePlan {
  /** As the config spells it, white space folded: `SNI example.com ALPN h2`. */
  readonly text: string;
  /** All must be fulfilled. Not empty. */
  readonly conditions: readonly WrittenCondition[];
  /** What to do when it wins. */
  readonly route: RoutePlan;
}

/** The rules under one protocol, in the order of the config file. */
export interface ProtocolPlan {
  /** The detector's name. */
  readonly protocol: string;
  /** Its rules other than `CATCHALL`. */
  readonly rules: readonly RulePlan[];
  /** The protocol's `CATCHALL`, `null` when it has none. */
  readonly catchall: RoutePlan | null;
}

/** One listening address and all that it routes. */
export interface ListenerPlan {
  /** Where to listen. */
  readonly address: ListenAddress;
  /** There when it is for datagrams: then so are its targets. */
  readonly transport?: "udp";
  /** In the order of the config file, which is their priority. */
  readonly protocols: readonly ProtocolPlan[];
  /** For clients that send nothing; `null`: they get the catch-all. */
  readonly silent: RoutePlan | null;
  /** For what nothing else takes; `null`: it is rejected. */
  readonly catchall: RoutePlan | null;
  /** Total time to identify a connection, in milliseconds. */
  readonly detectTimeoutMs: number;
  /**
   * After how long without a byte a client is silent, in milliseconds; `null`:
   * when it is not identified in time.
   */
  readonly silentAfterMs: number | null;
  /** Most bytes that are peeked at. */
  readonly maxPeekBytes: number;
  /** Connections that the kernel queues until they are accepted. */
  readonly backlog: number;
  /** From whom PROXY headers are taken. Default: from nobody. */
  readonly acceptProxy?: AcceptProxyPlan;
  /** Who may connect, and how often. */
  readonly limits: LimitsPlan;
}

/** A detector from a module. */
export interface ModulePlan {
  /** Its name in the config. */
  readonly name: string;
  /** Where the module is: a `file:` URL. */
  readonly url: string;
  /** SHA-256 of the module and its imports when it was loaded, in hexadecimal. */
  readonly digest: string;
}

/** All that the data plane needs to know. */
export interface Plan {
  /** The config's version, as it spells it. */
  readonly version: string;
  /** In the order of the config file. */
  readonly listeners: readonly ListenerPlan[];
  /** The detectors that the config declares. */
  readonly detectors: readonly DeclaredDetector[];
  /** The detectors that the config takes from modules. */
  readonly modules: readonly ModulePlan[];
  /** DNS servers for `srv:` targets. Default: those of /etc/resolv.conf. */
  readonly resolver?: readonly HostPort[];
  /** Where the admin API is served. Default: nowhere. */
  readonly admin?: AdminPlan;
  /** Workers; 0: one a core; `null`: one a core, at most four. */
  readonly workers: number | null;
  /** Most open connections of all listeners together; `null`: no limit. */
  readonly maxConnections: number | null;
  /** Longest drain at the stop, in milliseconds. */
  readonly drainTimeoutMs: number;
  /**
   * How long connections of a Plan may go on once another one is served, in
   * milliseconds; `null`: as long as they last.
   */
  readonly reloadTimeoutMs: number | null;
  /**
   * How long the event loop of a worker may stand still before the worker is
   * replaced, in milliseconds.
   */
  readonly stallTimeoutMs: number;
  /** What to log, and how. */
  readonly log: LogPlan;
}

/** Settings that a config may leave out. */
export type Defaults =
  & Pick<
    Plan,
    | "workers"
    | "maxConnections"
    | "drainTimeoutMs"
    | "reloadTimeoutMs"
    | "stallTimeoutMs"
    | "log"
  >
  & Pick<ForwardPlan, "connectTimeoutMs" | "idleTimeoutMs">
  & Pick<
    ListenerPlan,
    "detectTimeoutMs" | "maxPeekBytes" | "backlog" | "limits"
  >;

/** Those of {@linkcode Defaults} that a server may set. */
export type ServerDefaults =
  & Pick<ForwardPlan, "connectTimeoutMs" | "idleTimeoutMs">
  & Pick<
    ListenerPlan,
    "detectTimeoutMs" | "maxPeekBytes" | "backlog" | "limits"
  >;

/** What a config gets that says nothing. */
export const DEFAULTS: Defaults = Object.freeze({
  detectTimeoutMs: 5_000,
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 3_600_000,
  maxPeekBytes: 16 * 1024,
  backlog: 511,
  limits: Object.freeze({}),
  workers: null,
  maxConnections: null,
  drainTimeoutMs: 30_000,
  reloadTimeoutMs: null,
  stallTimeoutMs: 10_000,
  log: LOG_DEFAULTS,
});

/**
 * What a server for datagrams gets that says nothing, where that is something
 * else. What is held before a decision is bounded anyhow, and so are flows.
 */
export const DATAGRAM_DEFAULTS: ServerDefaults & {
  /** The idle timeout of QUIC flows, in milliseconds. */
  readonly quicIdleTimeoutMs: number;
} = Object.freeze({
  ...DEFAULTS,
  detectTimeoutMs: 1_000,
  idleTimeoutMs: 30_000,
  quicIdleTimeoutMs: 60_000,
  limits: Object.freeze({ maxConnections: 10_000 }),
});

/** Bounds of `max_peek` in bytes. */
export const MIN_PEEK_BYTES = 512;
/** Bounds of `max_peek` in bytes. */
export const MAX_PEEK_BYTES = 64 * 1024;

/** A value and all that it holds, frozen. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
