/** Waiting for something with a bound, so that a test fails instead of hanging. */
import { delay } from "@std/async/delay";

/** Longest wait for anything that happens at once on a quiet machine. */
export const PATIENCE_MS = 30_000;

/** Pause between two looks of {@linkcode until}, in milliseconds. */
const LOOK_PAUSE_MS = 10;

/**
 * What a promise gives, or an error that says what was waited for.
 *
 * @param what Completes "timed out waiting for ...".
 */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  limitMs = PATIENCE_MS,
): Promise<T> {
  const settled = new AbortController();
  const late = delay(limitMs, settled).then(() => {
    throw lateFor(what, limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    settled.abort();
  }
}

/**
 * Looks again and again until there is something to see.
 *
 * @param look Gives what was waited for, or `null` to look again. It cannot give
 * `false`, which would end the wait as anything seen does.
 */
export async function until<T extends object | string | number | true>(
  what: string,
  look: () => Promise<T | null> | T | null,
  limitMs = PATIENCE_MS,
): Promise<T> {
  for (const start = performance.now();;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (performance.now() - start > limitMs) throw lateFor(what, limitMs);
    await delay(LOOK_PAUSE_MS);
  }
}

function lateFor(what: string, limitMs: number): Error {
  return new Error(`Timed out waiting for ${what} (${limitMs} ms)`);
}
