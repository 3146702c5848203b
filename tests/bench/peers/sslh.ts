/** sslh, in the variants that Debian has had. */
import type { Peer, Setup } from "./peer.ts";

/**
 * A variant of sslh. Its count of processes cannot be chosen: `sslh` forks one a
 * connection, the others are one process.
 */
export function sslh(program: "sslh" | "sslh-select" | "sslh-ev"): Peer {
  return {
    name: program,
    program,
    versionArgs: ["-V"],
    forgetsChildren: program === "sslh",
    hasOneWorker: true,
    config,
    command: (file) => [program, "-f", `-F${file}`],
  };
}

function config({ port, tlsHosts, tls, http, rest }: Setup): string {
  const names = tlsHosts.map((host) => `"${host}"`).join(", ");
  const entry = (name: string, target: number, more = "") =>
    `  { name: "${name}"; host: "127.0.0.1"; port: "${target}"; ${more}log_level: 0; }`;
  return `
foreground: true;
timeout: 5;
numeric: true;
listen: ( { host: "127.0.0.1"; port: "${port}"; } );
protocols: (
${entry("tls", tls, `sni_hostnames: [ ${names} ]; `)},
${entry("http", http)},
${entry("anyprot", rest)}
);
on-timeout: "anyprot";
`;
}
