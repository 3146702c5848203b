/**
 * The body of a request, in JSON.
 *
 * @module
 */
import { ApiFailure } from "./answers.ts";

/** Largest body, in bytes. */
export const MAX_BODY_BYTES = 4096;

/**
 * Reads the body of a request.
 *
 * @throws {ApiFailure} 413, when it is too large; 400, when it is no object.
 */
export async function jsonBody(
  request: Request,
): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await readBody(request)));
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    // It may have ended early, too.
    throw new ApiFailure(400, "The body is not JSON: expected an object");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ApiFailure(400, "The body is JSON, but not an object");
}

async function readBody({ body }: Request): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_BODY_BYTES);
  let length = 0;
  for await (const chunk of body ?? []) {
    if (length + chunk.length > MAX_BODY_BYTES) {
      throw new ApiFailure(
        413,
        `The body is too large: expected at most ${MAX_BODY_BYTES} bytes`,
      );
    }
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return bytes.subarray(0, length);
}
