/**
 * The web sites of the demo: two over TLS, one in plain text.
 *
 * @module
 */

import type { DemoCertificate } from "./certificates.ts";
import type { DemoService } from "./tcp_service.ts";

/**
 * Starts a TLS site that negotiates `h2` or `http/1.1` by ALPN and says which
 * site it is and which HTTP it was asked in.
 *
 * @param site The certificate; its name is the site's.
 * @returns The service, already listening.
 */
export function startTlsSite(site: DemoCertificate): DemoService {
  const { name, cert, key } = site;
  return startWeb(
    (request) => `Hello from ${name} over ${httpVersion(request)}\n`,
    { cert, key },
  );
}

/**
 * Starts a plain HTTP site (HTTP/1, or h2c with prior knowledge) that says which
 * host it was asked for.
 *
 * @returns The service, already listening.
 */
export function startHttpSite(): DemoService {
  return startWeb((request) => {
    const host = request.headers.get("host") ?? new URL(request.url).host;
    return `Hello from plain HTTP, host ${host}\n`;
  });
}

/**
 * Serves one text on a free port of 127.0.0.1, over TLS if given a key.
 *
 * Deno 2.9 ends its connections with the server, but for a TLS client that has
 * not begun its handshake: that socket lives until the client or the process
 * ends, and holds nothing up.
 */
function startWeb(
  say: (request: Request) => string,
  tls: Partial<Deno.TlsCertifiedKeyPem> = {},
): DemoService {
  const stop = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen() {},
    ...tls,
  }, (request) => new Response(say(request)));
  return {
    address: `127.0.0.1:${server.addr.port}`,
    async close(): Promise<void> {
      stop.abort();
      await server.finished;
    },
  };
}

/**
 * The version of HTTP, which Deno does not tell: HTTP/1.1 demands a Host header,
 * while HTTP/2 clients send the `:authority` field in its place.
 */
function httpVersion(request: Request): string {
  return request.headers.has("host") ? "HTTP/1.1" : "HTTP/2.0";
}
