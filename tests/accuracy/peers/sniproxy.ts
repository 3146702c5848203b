/** sniproxy, which has ports for TLS and ports for HTTP. */
import { Destinations } from "./destinations.ts";
import type { Claims, Multiplexer, Setup } from "./peer.ts";

/** It tells nothing but names: what has none goes to its fallback. */
export const SNIPROXY: readonly Multiplexer[] = [
  sniproxy("sniproxy, port for TLS", "TLS", { protocols: [], sni: true }),
  sniproxy("sniproxy, port for HTTP", "HTTP", { protocols: [], host: true }),
];

function sniproxy(
  name: string,
  protocol: "TLS" | "HTTP",
  claims: Claims,
): Multiplexer {
  return {
    name,
    program: "sniproxy",
    versionArgs: ["-V"],
    claims,
    neverGivesUp: true,
    run: (setup) => ({
      files: { "sniproxy.conf": config(setup, protocol) },
      commands: [["sniproxy", "-f", "-c", `${setup.folder}/sniproxy.conf`]],
    }),
  };
}

function config(setup: Setup, protocol: "TLS" | "HTTP"): string {
  const { folder, destinations, lanes } = setup;
  const names = protocol === "TLS" ? setup.snis : setup.hosts;
  const blocks = lanes.map(({ port, to }, index) => `
listen 127.0.0.1:${port} {
  proto ${protocol.toLowerCase()}
  table lane${index}
  fallback ${Destinations.REST}:${to}
}
table lane${index} {
  ${
    names.map((name) =>
      `^${name.replaceAll(".", "\\.")}$ ${
        destinations.address(protocol, name)
      }:${to}`
    ).join("\n  ")
  }
}
`);
  return `
user root
pidfile ${folder}/sniproxy.pid
error_log {
  filename ${folder}/error.log
  priority error
}
${blocks.join("")}`;
}
