/** sniproxy, which reads the server name of TLS and the host of HTTP. */
import type { Peer, Setup } from "./peer.ts";

/** sniproxy. It is one process with one thread. */
export const SNIPROXY: Peer = {
  name: "sniproxy",
  program: "sniproxy",
  versionArgs: ["-V"],
  hasPortsApart: true,
  hasOneWorker: true,
  config,
  command: (file) => ["sniproxy", "-f", "-c", file],
};

function config(
  { port, httpPort, tlsHosts, tls, http }: Setup,
): string {
  const names = tlsHosts.map((host) =>
    `${host.replaceAll(".", "\\\\.")} 127.0.0.1:${tls}`
  );
  return `
listener 127.0.0.1:${port} {
  protocol tls
  table tls
}
listener 127.0.0.1:${httpPort} {
  protocol http
  table http
}
table tls {
  ${names.join("\n  ")}
}
table http {
  .* 127.0.0.1:${http}
}
`;
}
