/**
 * A response of HTTP/1.1 from passthru itself.
 *
 * @module
 */

/** Reason phrases of RFC 9110 §15 and RFC 6585 that a proxy may want. */
const PHRASES: ReadonlyMap<number, string> = new Map([
  [400, "Bad Request"],
  [402, "Payment Required"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [406, "Not Acceptable"],
  [408, "Request Timeout"],
  [409, "Conflict"],
  [410, "Gone"],
  [421, "Misdirected Request"],
  [425, "Too Early"],
  [429, "Too Many Requests"],
  [451, "Unavailable For Legal Reasons"],
  [500, "Internal Server Error"],
  [501, "Not Implemented"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
  [504, "Gateway Timeout"],
]);

/** Options of {@linkcode httpResponse}. */
export interface HttpResponseOptions {
  /** Method of the request: a response to `HEAD` has no body (RFC 9110 §9.3.2). */
  readonly method: unknown;
  /** The date for the response, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * A whole response with a line of text. It fits a request of HTTP/1.0 too: the
 * version is that of the sender (RFC 9110 §2.5), and nothing in it is newer.
 */
export function httpResponse(
  status: number,
  { method, nowMs }: HttpResponseOptions,
): Uint8Array<ArrayBuffer> {
  const phrase = PHRASES.get(status) ?? "";
  const body = `${status} ${phrase}`.trim() + "\n";
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    `Date: ${new Date(nowMs).toUTCString()}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${body.length}`,
    "Cache-Control: no-store",
    "Connection: close",
  ].join("\r\n") + "\r\n\r\n";
  return new TextEncoder().encode(method === "HEAD" ? head : head + body);
}
