/**
 * Noticing that the event loop of a worker stands still.
 *
 * @module
 */
import type { VitalSigns } from "./vital_signs.ts";

/** Longest time between two beats, and between two looks at them, in ms. */
const LONGEST_PAUSE_MS = 1_000;
/** So many beats fit into the time at which a worker is given up. */
const BEATS_IN_LIMIT = 4;

/** Options of {@linkcode watchHeartbeat}. */
export interface HeartbeatOptions {
  /** How long it may stand still, in milliseconds, asked for at each look. */
  readonly limitMs: () => number;
  /** Hears once that it stood still for longer; in milliseconds. */
  readonly onStall: (stoodMs: number) => void;
}

/** How far apart beats are when a worker may stand still for so long, in ms. */
export function beatPauseMs(limitMs: number): number {
  return Math.min(LONGEST_PAUSE_MS, limitMs / BEATS_IN_LIMIT);
}

/** Beats from now on. @returns Stops that. */
export function keepBeating(signs: VitalSigns, limitMs: number): () => void {
  const timer = setInterval(() => signs.beat(), beatPauseMs(limitMs));
  return () => clearInterval(timer);
}

/**
 * Watches the beats of a worker. What this thread has slept itself does not count
 * against the worker: both were stopped, or the machine was.
 *
 * @returns Stops watching. Idempotent.
 */
export function watchHeartbeat(
  signs: VitalSigns,
  { limitMs, onStall }: HeartbeatOptions,
): () => void {
  const pauseMs = beatPauseMs(limitMs());
  let beats = signs.beats;
  let lookedAt = performance.now();
  let stoodMs = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    const passedMs = Math.min(now - lookedAt, 2 * pauseMs);
    lookedAt = now;
    stoodMs = signs.beats === beats ? stoodMs + passedMs : 0;
    beats = signs.beats;
    if (stoodMs <= limitMs()) return;
    clearInterval(timer);
    onStall(stoodMs);
  }, pauseMs);
  return () => clearInterval(timer);
}
