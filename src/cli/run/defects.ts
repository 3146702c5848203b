/**
 * What is done about defects of the control plane.
 *
 * @module
 */
import type { Logger } from "../../observe/log.ts";

/** What nobody caught: thrown, or what a promise was rejected with. */
type Uncaught = ErrorEvent | PromiseRejectionEvent;

const EVENTS = ["error", "unhandledrejection"] as const;

/**
 * Logs what nobody caught in this thread, and goes on, until it is disposed: the
 * runtime would end the process, and every connection with it. Workers are
 * another matter: one that throws is replaced.
 */
export function surviveDefects(logger: Pick<Logger, "log">): Disposable {
  const hear = (event: Uncaught) => {
    event.preventDefault();
    const cause = "reason" in event ? event.reason : event.error;
    logger.log("error", "internal error, passthru continues", {
      error: cause instanceof Error ? cause.stack : String(cause),
    });
  };
  const listener = hear as EventListener;
  for (const event of EVENTS) addEventListener(event, listener);
  return {
    [Symbol.dispose]() {
      for (const event of EVENTS) removeEventListener(event, listener);
    },
  };
}
