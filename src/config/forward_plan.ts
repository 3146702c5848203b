/**
 * What a Plan says about an upstream: its targets, and how a connection is
 * joined to one of them.
 *
 * @module
 */
import type { HostPort } from "./address.ts";
import type { OtherTargetPlace } from "./target_places.ts";

/** How a target of an upstream is chosen. */
export const BALANCES = [
  "round_robin",
  "least_connections",
  "source_hash",
  "random",
] as const;
/** How a target of an upstream is chosen. */
export type Balance = typeof BALANCES[number];

/** What every kind of target has. */
export interface TargetOptions {
  /** Its share of the connections; 0: it gets none (drained). */
  readonly weight: number;
  /** Only for when no other target is up. */
  readonly backup: boolean;
}

/** A target at a host and a port. */
export interface AddressTarget extends TargetOptions {
  /** The discriminant. */
  readonly kind: "address";
  /** Where to. */
  readonly address: HostPort;
}

/** One target of an upstream, told apart by `kind`. */
export type TargetPlan = AddressTarget | TargetOptions & OtherTargetPlace;

/** Active checks: a TCP connection is made and closed. */
export interface HealthPlan {
  /** Pause between two checks of a target, in milliseconds. */
  readonly intervalMs: number;
  /** Longest wait for a check, in milliseconds. */
  readonly timeoutMs: number;
  /** So many checks in a row fail, and the target is down. */
  readonly fall: number;
  /** So many checks in a row pass, and it is up again. */
  readonly rise: number;
}

/** Join the connection to a target of an upstream. */
export interface ForwardPlan {
  /** The discriminant. */
  readonly action: "FORWARD";
  /** The upstream: where to. Not empty. */
  readonly targets: readonly TargetPlan[];
  /** How one of them is chosen. */
  readonly balance: Balance;
  /** How many other targets are dialled at most when a dial fails. */
  readonly retries: number;
  /** Active checks; `null`: none. */
  readonly health: HealthPlan | null;
  /** Label for logs and metrics. */
  readonly name?: string;
  /** Longest wait for a target to accept, in milliseconds, at each dial. */
  readonly connectTimeoutMs: number;
  /** Longest time without a byte either way, in milliseconds; 0: no limit. */
  readonly idleTimeoutMs: number;
  /** Version of the PROXY header that the target gets. Default: it gets none. */
  readonly sendProxy?: SendProxy;
}

/** Versions of the PROXY protocol. */
export type SendProxy = "v1" | "v2";

/** What `health` gets that leaves fields out. */
export const HEALTH_DEFAULTS: HealthPlan = Object.freeze({
  intervalMs: 5_000,
  timeoutMs: 1_000,
  fall: 3,
  rise: 2,
});

/** Least `stall_timeout` in milliseconds: garbage collection may take a part. */
export const MIN_STALL_MS = 1_000;
