/**
 * What the sides of all workers that serve have in common.
 *
 * @module
 */
import type { FromWorker, ToWorker } from "./messages.ts";

/** Longest wait for who reads the log, in a crash, in milliseconds. */
export const CRASH_FLUSH_MS = 250;

/** The part of a worker's global scope that is used here. */
export interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
  addEventListener(
    type: "error" | "unhandledrejection",
    listener: (event: ErrorEvent | PromiseRejectionEvent) => void,
  ): void;
  close(): void;
}

/**
 * What nobody caught leaves the worker in an unknown state: it says so and ends,
 * and the control plane starts another.
 *
 * @param lastLines Writes what was logged before; never rejects.
 */
export function reportCrash(
  scope: WorkerScope,
  lastLines: () => Promise<void>,
): void {
  let crashed = false;
  const crash = async (event: ErrorEvent | PromiseRejectionEvent) => {
    // The control plane logs it; the runtime need not print it as well.
    event.preventDefault();
    if (crashed) return;
    crashed = true;
    const cause = "reason" in event ? event.reason : event.error;
    const stack = cause instanceof Error
      ? cause.stack ?? cause.message
      : String(cause);
    await lastLines();
    scope.postMessage({ kind: "crashed", stack });
    scope.close();
  };
  scope.addEventListener("error", crash);
  scope.addEventListener("unhandledrejection", crash);
}
