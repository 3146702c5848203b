/**
 * Writing bytes to the last one.
 *
 * @module
 */
import type { ByteSink } from "./streams.ts";

/**
 * Writes all of the bytes.
 *
 * @throws What the sink throws.
 */
export async function writeAll(
  sink: Pick<ByteSink, "write">,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await sink.write(bytes.subarray(at));
  }
}
