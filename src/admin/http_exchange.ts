/**
 * Requests and answers of Node's HTTP server as those of the Fetch standard.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** Answers that go on until one side ends them. */
const ENDLESS = "text/event-stream";

/**
 * The request as the Fetch standard has it.
 *
 * @param address Where it came to: for requests without a `Host`.
 * @throws {TypeError} When the target, `Host` or method make no such request.
 */
export function requestOf(incoming: IncomingMessage, address: string): Request {
  const { url: target = "/", method = "GET", rawHeaders } = incoming;
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  return new Request(urlOf(target, headers.get("host") || address), {
    method,
    headers,
    body: method === "GET" || method === "HEAD" ? null : bodyOf(incoming),
  });
}

/** The URL of a request target (RFC 9112 §3.2), which may be a whole one. */
function urlOf(target: string, host: string): string {
  if (/^https?:\/\//i.test(target)) return target;
  return `http://${host}${target.startsWith("/") ? "" : "/"}${target}`;
}

function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>;
}

/**
 * Sends an answer. Resolves when it is sent, or nobody is there to take it.
 * Never rejects.
 */
export async function respond(
  response: Response,
  outgoing: ServerResponse,
): Promise<void> {
  const { status, headers, body } = response;
  outgoing.statusCode = status;
  for (const [name, value] of headers) outgoing.setHeader(name, value);
  if (!headers.get("content-type")?.startsWith(ENDLESS)) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    outgoing.end(bytes.length > 0 ? bytes : undefined);
  } else if (body === null) outgoing.end();
  else await pump(body, outgoing);
}

/** Sends an answer piece by piece, as fast as it is taken. */
async function pump(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
): Promise<void> {
  const reader = body.getReader();
  let goOn = () => {};
  outgoing.on("drain", () => goOn());
  outgoing.on("close", () => {
    goOn();
    void reader.cancel().catch(() => {});
  });
  outgoing.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || outgoing.destroyed) break;
    if (outgoing.write(value)) continue;
    await new Promise<void>((resolve) => goOn = resolve);
  }
  await reader.cancel().catch(() => {});
  outgoing.end();
}
