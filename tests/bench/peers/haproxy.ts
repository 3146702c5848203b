/** HAProxy in TCP mode, which looks at the first bytes before it chooses. */
import type { Peer, Setup } from "./peer.ts";

/**
 * HAProxy.
 *
 * @param splice Whether it may move bytes inside the kernel (`splice-auto`).
 */
export function haproxy({ splice }: { readonly splice: boolean }): Peer {
  return {
    name: splice ? "haproxy-splice" : "haproxy",
    program: "haproxy",
    versionArgs: ["-v"],
    config: (setup) => config(setup, splice),
    command: (file) => ["haproxy", "-db", "-q", "-f", file],
  };
}

function config(setup: Setup, splice: boolean): string {
  const { port, workers, tlsHosts, tls, http, rest, connections } = setup;
  return `
global
  nbthread ${workers}
  maxconn ${connections}
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h${splice ? "\n  option splice-auto" : ""}
frontend mux
  bind 127.0.0.1:${port}
  tcp-request inspect-delay 5s
  tcp-request content accept if { req.ssl_hello_type 1 } or HTTP
  use_backend tls if { req.ssl_sni -i ${tlsHosts.join(" ")} }
  use_backend http if HTTP
  default_backend rest
backend tls
  server target 127.0.0.1:${tls}
backend http
  server target 127.0.0.1:${http}
backend rest
  server target 127.0.0.1:${rest}
`;
}
