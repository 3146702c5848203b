/**
 * Lines of an input that comes in chunks.
 *
 * @module
 */
import { inputError } from "./flow.ts";

const LF = 0x0a;
/** Longest line; what is longer is no text. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * Cuts chunks into lines, without their line ends.
 *
 * @param file Name of the file, as messages show it.
 * @throws {PassthruError} `bad_input`, when a line is too long.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (
      let end = chunk.indexOf(LF);
      end >= 0;
      end = chunk.indexOf(LF, start)
    ) {
      yield concat([...parts, chunk.subarray(start, end)]);
      start = end + 1;
      parts = [];
      length = 0;
      number++;
    }
    parts.push(chunk.slice(start));
    length += chunk.length - start;
    if (length > MAX_LINE_BYTES) {
      throw inputError(
        `${file}:${number}:${MAX_LINE_BYTES + 1}`,
        `the line is longer than ${MAX_LINE_BYTES} bytes`,
      );
    }
  }
  if (length > 0) yield concat(parts);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
