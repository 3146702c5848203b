/**
 * What happens in a second, from two states.
 *
 * @module
 */
import type { State, Traffic } from "../../admin/api.ts";

/** What happened in a second on average. */
export interface Rate {
  readonly connections: number;
  /** In bytes. */
  readonly up: number;
  readonly down: number;
}

/** Rates of all that is counted. */
export interface Rates {
  readonly total: Rate;
  /** By the listener, as the config spells it. */
  readonly listeners: ReadonlyMap<string, Rate>;
  /** By the target. */
  readonly targets: ReadonlyMap<string, Rate>;
}

/** What is counted of something that was not there. */
const NOTHING: Traffic = {
  active: 0,
  connections: 0,
  bytes_up: 0,
  bytes_down: 0,
};

/**
 * Rates between two states.
 *
 * @returns `null`: they cannot be compared, as after a restart.
 */
export function ratesOf(before: State, after: State): Rates | null {
  const seconds = (after.now - before.now) / 1_000;
  if (seconds <= 0 || before.started_at !== after.started_at) return null;
  const listeners = new Map(before.listeners.map((l) => [l.listener, l]));
  const targets = new Map(before.targets.map((t) => [t.target, t]));
  const rate = (old: Traffic = NOTHING, now: Traffic): Rate => {
    const per = (name: keyof Traffic) =>
      Math.max(0, now[name] - old[name]) / seconds;
    return {
      connections: per("connections"),
      up: per("bytes_up"),
      down: per("bytes_down"),
    };
  };
  return {
    total: rate(before.total, after.total),
    listeners: new Map(
      after.listeners.map((now) => [
        now.listener,
        rate(listeners.get(now.listener), now),
      ]),
    ),
    targets: new Map(
      after.targets.map((now) => [
        now.target,
        rate(targets.get(now.target), now),
      ]),
    ),
  };
}
