/**
 * Reading keys until the terminal is gone.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { type Key, KeyReader } from "./keys.ts";

/** How long the rest of a key's sequence may take, in milliseconds. */
const ESCAPE_WAIT_MS = 100;

/** A read that ended, by bytes or by the end. */
type Read = ReadableStreamReadResult<Uint8Array>;

/**
 * Reads keys. Resolves when there is nothing to read any more; rejects only with
 * what `onKeys` throws.
 */
export async function readKeys(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onKeys: (keys: readonly Key[]) => void,
): Promise<void> {
  const keys = new KeyReader();
  for (let next = readQuietly(reader);;) {
    const read = keys.waits ? await orLate(next, ESCAPE_WAIT_MS) : await next;
    if (read === null) {
      onKeys(keys.flush());
      continue;
    }
    if (read.done) return;
    onKeys(keys.push(read.value));
    next = readQuietly(reader);
  }
}

/** A terminal that is gone has nothing more to read. */
async function readQuietly(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Read> {
  try {
    return await reader.read();
  } catch {
    return { done: true };
  }
}

/** @returns `null`: nothing came in that time, in milliseconds. */
async function orLate(read: Promise<Read>, ms: number): Promise<Read | null> {
  const came = new AbortController();
  const late = delay(ms, came).then(() => null);
  try {
    return await Promise.race([read, late]);
  } finally {
    came.abort();
  }
}
