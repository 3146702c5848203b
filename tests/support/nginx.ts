/** A real nginx as the servers behind passthru. */
import { type Certificate, makeCertificate } from "./certificates.ts";
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";

/**
 * A server of nginx; it answers `NAME PROTOCOL HOST` to every request, or, where
 * it takes the PROXY protocol, `NAME` and both ends of the client's connection.
 */
export interface NginxSite {
  readonly name: string;
  /** Host of its certificate; without one it speaks no TLS. */
  readonly tlsHost?: string;
  /** Whether it speaks HTTP/2; without TLS it then speaks nothing else. */
  readonly http2: boolean;
  /** Whether it requires a PROXY header. Default: `false`. */
  readonly proxyProtocol?: boolean;
}

/** A running nginx. */
export interface Nginx extends AsyncDisposable {
  /** Folder whose files it serves under `/files/`, and takes by PUT. */
  readonly files: string;
  /** Address of a site, `127.0.0.1:port`. */
  address(name: string): string;
  /** File of the certificate of a site. */
  certificate(name: string): string;
}

/** The sites of {@linkcode startSites}. */
const SITES: readonly NginxSite[] = [
  { name: "tls-a", tlsHost: "site-a.test", http2: true },
  { name: "tls-b", tlsHost: "site-b.test", http2: true },
  { name: "tls-other", tlsHost: "other.test", http2: true },
  { name: "plain-a", http2: false },
  { name: "plain-b", http2: false },
  { name: "h2c-a", http2: true },
  { name: "h2c-other", http2: true },
];

/** The action that forwards to a site. */
export function forwardToSite(nginx: Nginx, name: string): unknown {
  return { action: "FORWARD", to_addr: nginx.address(name) };
}

/** Starts nginx with all of {@linkcode SITES}. */
export function startSites(): Promise<Nginx> {
  return startNginx(SITES);
}

/** Starts nginx with some sites, each on a port of its own. */
export function startNginx(sites: readonly NginxSite[]): Promise<Nginx> {
  return startOnFreePorts(sites.length, (ports) => start(sites, ports));
}

async function start(
  sites: readonly NginxSite[],
  ports: readonly number[],
): Promise<Nginx> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  // The workers of a root nginx may be another user's.
  await Deno.chmod(path, 0o755);
  await Deno.mkdir(`${path}/files`);
  const certificates = new Map<string, Certificate>();
  for (const { name, tlsHost } of sites) {
    if (tlsHost === undefined) continue;
    certificates.set(name, await makeCertificate(path, tlsHost));
  }
  const servers = sites.map((site, index) =>
    serverBlock(site, ports[index]!, certificates.get(site.name))
  );
  const log = `${path}/error.log`;
  await Deno.writeTextFile(`${path}/nginx.conf`, configText(path, servers));
  stack.use(
    await startDaemon({
      program: "nginx",
      args: ["-p", path, "-e", log, "-c", `${path}/nginx.conf`],
      ports,
      log,
    }),
  );
  const kept = stack.move();
  return {
    files: `${path}/files`,
    address(name) {
      const index = sites.findIndex((site) => site.name === name);
      return `127.0.0.1:${ports[index]!}`;
    },
    certificate: (name) => certificates.get(name)!.file,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/**
 * One process, which needs no root and, when it is root, no other user. Every
 * path that nginx writes to is in the folder.
 */
function configText(folder: string, servers: readonly string[]): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    error_log ${folder}/error.log warn;
    events { worker_connections 1024; }
    http {
      access_log off;
      default_type text/plain;
      client_max_body_size 0;
      keepalive_requests 1000000;
      ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n")}
      ${servers.join("\n")}
    }`;
}

function serverBlock(
  { name, http2, proxyProtocol = false }: NginxSite,
  port: number,
  certificate: Certificate | undefined,
): string {
  const listen = [
    `127.0.0.1:${port}`,
    ...certificate === undefined ? [] : ["ssl"],
    ...http2 ? ["http2"] : [],
    ...proxyProtocol ? ["proxy_protocol"] : [],
  ];
  const client = "$proxy_protocol_addr $proxy_protocol_port";
  const server = "$proxy_protocol_server_addr $proxy_protocol_server_port";
  const answer = proxyProtocol
    ? `${client} ${server} `
    : "$server_protocol $host\\n";
  const tls = certificate === undefined ? "" : `
      ssl_certificate ${certificate.file};
      ssl_certificate_key ${certificate.keyFile};
      ssl_protocols TLSv1.2 TLSv1.3;`;
  return `
    server {
      listen ${listen.join(" ")};
      server_name _;${tls}
      location / { return 200 "${name} ${answer}"; }
      location /files/ { root .; dav_methods PUT; }
    }`;
}
