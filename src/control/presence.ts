/**
 * Knowing that a worker has ended.
 *
 * The runtime tells nobody when a worker closes itself (`self.close()`,
 * `Deno.exit()`), and `terminate()` does not say when it has come about. A web
 * lock (W3C Web Locks API) that the worker holds is free when the worker is gone,
 * however that happened.
 *
 * @module
 */

/** The part of `navigator.locks` that is used here; Deno has no type for it. */
interface LockManager {
  request(
    name: string,
    options: { readonly signal?: AbortSignal },
    hold: () => Promise<void> | void,
  ): Promise<unknown>;
}

function locks(): LockManager {
  return (navigator as unknown as { readonly locks: LockManager }).locks;
}

/** Holds a lock as long as this thread lives. Resolves when it does. */
export function bePresent(lock: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  locks().request(lock, {}, () => {
    resolve();
    return new Promise<void>(() => {});
  }).catch(reject);
  return promise;
}

/**
 * Waits until no thread holds a lock any more.
 *
 * @param signal Ends the wait.
 * @returns Whether it is so; `false`: the wait was ended.
 */
export async function absence(
  lock: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await locks().request(lock, { signal }, () => {});
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
