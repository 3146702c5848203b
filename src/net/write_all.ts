/**
 * Writing bytes to the last one.
 *
 * @module
 */
import type { ByteSink } from "./pipe.ts";

/**
 * Writes all of the bytes.
 *
 * @param onWritten Hears how many each write took. Default: nobody.
 * @throws What the sink throws.
 */
export async function writeAll(
  sink: Pick<ByteSink, "write">,
  bytes: Uint8Array,
  onWritten?: (count: number) => void,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const count = await sink.write(at === 0 ? bytes : bytes.subarray(at));
    at += count;
    onWritten?.(count);
  }
}
