/** A real nginx that passes TCP connections on, or takes them as they are. */
import { until } from "./wait.ts";
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";

/** The module of nginx that it needs; Debian has it in a package of its own. */
export const NGINX_STREAM = "/usr/lib/nginx/modules/ngx_stream_module.so";

/** A server of nginx's stream module, on a port of 127.0.0.1. */
export interface StreamServer {
  /** What follows the address in `listen`, such as `proxy_protocol`. */
  readonly listen?: string;
  /** Whether it listens on that port of ::1 as well. Default: `false`. */
  readonly ipv6?: boolean;
  /** The other lines of the server. */
  readonly lines: readonly string[];
}

/** A running nginx. */
export interface NginxStream extends AsyncDisposable {
  /** Ports of the servers, in their order. */
  readonly ports: readonly number[];
  /** The statuses of the connections that have ended. */
  statuses(): Promise<string[]>;
  /** What it has logged of faults. */
  faults(): Promise<string>;
}

/** A config with what stands in `stream { }`, for an nginx in a folder. */
export function streamConfig(folder: string, stream: string): string {
  return `
load_module ${NGINX_STREAM};
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${logOf(folder)} error;
events { worker_connections 512; }
stream {
  ${stream}
}
`;
}

/** Starts nginx with a config, in a folder; it listens on these ports. */
export async function startStreamConfig(
  folder: string,
  config: string,
  ports: readonly number[],
): Promise<AsyncDisposable> {
  const file = `${folder}/nginx.conf`;
  await Deno.writeTextFile(file, config);
  const log = logOf(folder);
  const args = ["-p", folder, "-e", log, "-c", file];
  return await startDaemon({ program: "nginx", args, ports, log });
}

function logOf(folder: string): string {
  return `${folder}/error.log`;
}

/** Starts nginx with some servers. */
export function startNginxStream(
  servers: readonly StreamServer[],
): Promise<NginxStream> {
  return startOnFreePorts(servers.length, (ports) => start(servers, ports));
}

async function start(
  servers: readonly StreamServer[],
  ports: readonly number[],
): Promise<NginxStream> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  const log = logOf(path);
  const statuses = `${path}/status.log`;
  const blocks = servers.map(({ listen = "", ipv6, lines }, index) => `
    server {
      listen 127.0.0.1:${ports[index]!} ${listen};
      ${ipv6 ? `listen [::1]:${ports[index]!} ${listen};` : ""}
      ${lines.map((line) => `${line};`).join("\n")}
    }`);
  const text = streamConfig(
    path,
    `
      log_format status "$status";
      access_log ${statuses} status;
      ${blocks.join("\n")}`,
  );
  stack.use(await startStreamConfig(path, text, ports));
  // Each was connected to once, to see whether it listens.
  const linesOf = async () => (await Deno.readTextFile(statuses)).split("\n");
  await until("nginx to have logged that", async () => {
    return (await linesOf()).length > ports.length || null;
  });
  const before = (await Deno.readTextFile(log)).length;
  const kept = stack.move();
  return {
    ports,
    statuses: async () => (await linesOf()).slice(ports.length, -1),
    faults: async () => (await Deno.readTextFile(log)).slice(before),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
